//! Somebody outside to whom directions are lent.

use std::net::TcpStream as StdStream;

use chaosgate::{Lent, Loan, Notice, lend};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::support::soon;

/// A borrower that does what the test says.
pub(crate) struct Borrower {
    pub(crate) lent: Lent,
    notices: UnboundedReceiver<Notice>,
}

impl Borrower {
    pub(crate) fn new() -> Self {
        let (sender, notices) = unbounded_channel();
        // The test has ended if nobody listens.
        let lent = lend("outside", move |notice| drop(sender.send(notice)));
        Borrower { lent, notices }
    }

    /// The next thing that it is told.
    pub(crate) async fn next(&mut self) -> Notice {
        soon(self.notices.recv()).await.expect("the fault lives as long as this")
    }

    /// The next loan.
    pub(crate) async fn loan(&mut self) -> Loan {
        match self.next().await {
            Notice::Lent(loan) => {
                // From now on other faults wait for it. One that is over is looked at all the same.
                let _ = loan.begin();
                loan
            }
            other => panic!("no loan but {other:?}"),
        }
    }

    /// That it is told of the end of this connection next.
    pub(crate) async fn hears_of_the_end(&mut self, number: u64) {
        let notice = self.next().await;
        let Notice::Ended { connection, .. } = notice else { panic!("{notice:?}") };
        assert_eq!(connection, number);
    }

    /// That there is nothing that it has not heard of.
    pub(crate) fn has_heard_all(&mut self) {
        if let Ok(notice) = self.notices.try_recv() {
            panic!("{notice:?}");
        }
    }
}

/// The two sockets of a loan, the borrower's own.
pub(crate) struct Sockets {
    pub(crate) source: TcpStream,
    pub(crate) sink: TcpStream,
}

impl Sockets {
    pub(crate) fn of(loan: &Loan) -> Self {
        let [source, sink] = [loan.source(), loan.sink()].map(|descriptor| {
            let stream = StdStream::from(descriptor.expect("a descriptor"));
            TcpStream::from_std(stream).expect("it does not block")
        });
        Sockets { source, sink }
    }

    /// Reads what is there: nothing at the end of the stream.
    pub(crate) async fn receive(&mut self) -> Vec<u8> {
        let mut buffer = vec![0; 4096];
        let length = soon(self.source.read(&mut buffer)).await.expect("no error");
        buffer.truncate(length);
        buffer
    }
}
