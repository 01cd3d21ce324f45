//! What a borrower has.

use std::fmt;
#[cfg(unix)]
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::task::Wake;

use chaosgate_faults::{Direction, Entry, How, Tally};

use super::state::{LoanState, Return};
use crate::client::Client;
use crate::shared::Shared;

/// A socket that can be lent.
#[cfg(unix)]
pub(crate) type Descriptor = Arc<dyn AsFd + Send + Sync>;
/// No socket can be lent here.
#[cfg(not(unix))]
pub(crate) type Descriptor = Arc<dyn std::any::Any + Send + Sync>;

/// One direction of one connection in the hands of a borrower, until it is [given
/// back](Loan::give_back).
///
/// The gate neither reads the source nor writes to the sink meanwhile. What the borrower moves is
/// not counted as the connection's traffic. A loan that is dropped instead, by a borrower that has
/// failed or is no more, closes the connection in order.
#[must_use = "the connection is closed when it is dropped"]
pub struct Loan {
    pub(super) shared: Arc<Shared>,
    pub(super) client: Arc<Client>,
    pub(super) entry: Arc<Entry>,
    pub(super) direction: Direction,
    pub(super) server: SocketAddr,
    #[cfg_attr(not(unix), allow(dead_code, reason = "nothing is lent there"))]
    pub(super) sockets: [Descriptor; 2],
    pub(super) is_at_end: bool,
    pub(super) state: Arc<LoanState>,
}

impl Loan {
    /// The connection's number on its gate.
    pub fn connection(&self) -> u64 {
        self.client.number
    }

    /// The direction that is lent.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The client's address.
    pub fn client(&self) -> SocketAddr {
        self.client.address
    }

    /// The server's address.
    pub fn server(&self) -> SocketAddr {
        self.server
    }

    /// Whether nothing but the end of the stream waits. It is sent on when this loan is given back.
    pub fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Begins to work with it. `false` if it is worth nothing any more: other faults have been set before
    /// anybody had begun, and treat what waits; or the connection is ending. From then on other faults wait
    /// until it is given back.
    pub fn begin(&self) -> bool {
        let is_lent = || self.shared.faults.of(self.direction).has(&self.entry);
        !self.client.is_ending() && self.state.begin(is_lent)
    }

    /// Whether the connection is ending, so that nothing is to be done for it any more.
    pub fn is_over(&self) -> bool {
        self.client.is_ending()
    }

    /// Whether other faults wait for it to be given back.
    pub fn is_recalled(&self) -> bool {
        self.state.is_recalled()
    }

    /// A duplicate of the socket from which the direction's data comes. It is the caller's own, and
    /// does not block. Once for each side of a connection is enough, since all loans of a
    /// connection are of the same two sockets.
    ///
    /// All clients of a UDP gate share a socket. For the client's side, one end of a pair of Unix
    /// datagram sockets stands in, which has that client's datagrams and takes those for it.
    ///
    /// To take a socket [begins](Loan::begin) it.
    ///
    /// # Errors
    ///
    /// Without descriptors to spare, and if it was withdrawn.
    #[cfg(unix)]
    pub fn source(&self) -> io::Result<OwnedFd> {
        self.socket(0)
    }

    /// A duplicate of the socket to which the direction's data goes; see [`source`](Loan::source).
    ///
    /// # Errors
    ///
    /// Without descriptors to spare.
    #[cfg(unix)]
    pub fn sink(&self) -> io::Result<OwnedFd> {
        self.socket(1)
    }

    #[cfg(unix)]
    fn socket(&self, place: usize) -> io::Result<OwnedFd> {
        if !self.begin() {
            return Err(io::Error::new(io::ErrorKind::NotConnected, "the loan was withdrawn"));
        }
        self.sockets[place].as_fd().try_clone_to_owned()
    }

    /// Counts a hit of the fault that lends: something was done to real traffic.
    pub fn hit(&self) {
        self.entry.add_hits(1);
        self.shared.note_tally(
            &self.client,
            self.direction,
            &self.entry,
            Tally { hits: 1, lost: 0 },
        );
    }

    /// Gives it back: the gate goes on with the direction, by the faults that are in force now.
    pub fn give_back(self) {
        self.come_back(Return::Done);
    }

    /// Gives it back, and has the gate close the connection, both sides, when what has been
    /// written has arrived.
    pub fn close(self, how: How) {
        self.come_back(Return::Close(how));
    }

    /// The first that is said of it holds.
    fn come_back(&self, returned: Return) {
        if self.state.come_back(returned) {
            Wake::wake_by_ref(&self.client);
        }
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let is_withdrawn = self.state.is_withdrawn();
        self.come_back(if is_withdrawn { Return::Done } else { Return::Close(How::Fin) });
    }
}

impl fmt::Debug for Loan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loan")
            .field("connection", &self.connection())
            .field("direction", &self.direction)
            .field("fault", &self.entry.name())
            .field("is_at_end", &self.is_at_end)
            .finish_non_exhaustive()
    }
}
