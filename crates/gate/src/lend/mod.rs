//! Lending: a direction's sockets in the hands of somebody outside, who reads and writes in the
//! gate's place.
//!
//! `loan.rs` is what the borrower has, `desk.rs` the engine's side of it, one for each direction of
//! a connection, `state.rs` what both know together.

mod desk;
mod loan;
mod state;

use std::fmt;
use std::sync::Arc;

use chaosgate_faults::{Direction, Lent};

pub(crate) use desk::{Desk, Whose};
pub(crate) use loan::Descriptor;
pub use loan::Loan;

/// Lends a direction to somebody outside, as a fault that can be set like any other: from that
/// moment on, the gate leaves the direction alone on all connections, and lends its sockets.
///
/// On each connection the gate first writes out what was under way. Then, when there is something
/// to read, it lends: `tell` is given a [`Loan`], with which the borrower can have both sockets. It
/// reads and writes as it likes, and gives the loan back; if there is still something to read, it
/// is lent again. At the end of a stream it is lent once more, and when that loan comes back the
/// end is sent on.
///
/// Other faults interrupt nobody who has [begun](Loan::begin): they treat what is unread when the loan
/// has come back. A loan that nobody has begun is withdrawn. The other direction has its own
/// faults, or its own borrower.
///
/// `tell` is called by the gate's own threads, and must not wait. It puts what it is told into a
/// queue, as a rule:
///
/// ```
/// use std::fs::File;
/// use std::io::{self, Read, Write};
/// use std::sync::mpsc;
///
/// use chaosgate::{Loan, Notice, Route, TcpGate, lend};
///
/// /// Passes what waits, in upper case.
/// fn shout(loan: &Loan) -> io::Result<()> {
///     let (mut source, mut sink) = (File::from(loan.source()?), File::from(loan.sink()?));
///     let mut buffer = [0; 4096];
///     // The sockets do not block: something waits, and it takes what is there.
///     let length = source.read(&mut buffer)?;
///     buffer[..length].make_ascii_uppercase();
///     sink.write_all(&buffer[..length])?;
///     loan.hit();
///     Ok(())
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// # let server = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// # let gate = TcpGate::start_on(Route::to(server.local_addr()?))?;
/// # let mut client = tokio::net::TcpStream::connect(gate.address()).await?;
/// # let (mut server, _) = server.accept().await?;
/// let (sender, notices) = mpsc::channel();
/// std::thread::spawn(move || {
///     for notice in notices {
///         // A loan that is dropped closes its connection.
///         if let Notice::Lent(loan) = notice
///             && shout(&loan).is_ok()
///         {
///             loan.give_back();
///         }
///     }
/// });
/// let lent = lend("shout", move |notice| {
///     // Nobody listens any more when the program ends.
///     let _ = sender.send(notice);
/// });
/// gate.to_server().set([lent])?;
///
/// client.write_all(b"hello").await?;
/// # let mut received = [0; 5];
/// # server.read_exact(&mut received).await?;
/// # assert_eq!(&received, b"HELLO");
/// # Ok(())
/// # }
/// ```
pub fn lend(name: impl Into<Arc<str>>, tell: impl Fn(Notice) + Send + Sync + 'static) -> Lent {
    Lent::new(name, Arc::new(Borrower(Box::new(tell))))
}

/// What a borrower is told. Connections have numbers of their own on each gate, so a borrower of
/// several gates lends each of them by its own [`lend`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Notice {
    /// There is something to read, and the sockets are the borrower's until it gives the loan back.
    Lent(Loan),
    /// Other faults have been set while a loan is out: they wait until it is given back. What has
    /// begun may be finished.
    Recalled {
        /// The connection's number.
        connection: u64,
        /// The direction.
        direction: Direction,
    },
    /// The connection has ended, or is being closed by the other direction. A loan that is out is
    /// worth nothing any more. Whoever was the last to borrow the direction is told.
    Ended {
        /// The connection's number.
        connection: u64,
        /// The direction.
        direction: Direction,
    },
}

/// Somebody outside who borrows.
pub(crate) struct Borrower(Box<dyn Fn(Notice) + Send + Sync>);

impl Borrower {
    fn notify(&self, notice: Notice) {
        (self.0)(notice);
    }
}

impl fmt::Debug for Borrower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Borrower")
    }
}
