//! The loop that takes datagrams off the socket that all clients share.

use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Weak};

use chaosgate_faults::How;
use tokio::task::AbortHandle;

use super::connection::{Connection, LARGEST};
use super::mailbox::Mailbox;
use super::mailboxes::Mailboxes;
use super::socket::{ListenSocket, Received};
use crate::accepting::Accepting;
use crate::closed_by::ClosedBy;
use crate::failing::Failing;
use crate::shared::Shared;

/// After so many receipts other tasks get their turn.
const RECEIPTS_PER_TURN: usize = 128;

/// Receives until the handle aborts it, or the socket is closed.
pub(super) fn start(
    shared: &Arc<Shared>,
    socket: &Arc<ListenSocket>,
    mailboxes: &Arc<Mailboxes>,
) -> AbortHandle {
    let receiver = Receiver {
        shared: shared.clone(),
        socket: socket.clone(),
        mailboxes: mailboxes.clone(),
        last: Weak::new(),
    };
    shared.runtime.spawn(receiver.run()).abort_handle()
}

struct Receiver {
    shared: Arc<Shared>,
    socket: Arc<ListenSocket>,
    mailboxes: Arc<Mailboxes>,
    /// That of the last datagram: often that of the next one.
    last: Weak<Mailbox>,
}

impl Receiver {
    async fn run(mut self) {
        let mut accepting = self.shared.accepting.subscribe();
        let mut failing = Failing::default();
        let mut buffer = vec![0; LARGEST].into_boxed_slice();
        while poll_fn(|cx| self.socket.poll_readable(cx)).await {
            let mut turn = RECEIPTS_PER_TURN;
            while turn > 0 {
                turn -= 1;
                let received = match self.socket.receive(&mut buffer) {
                    Ok(received) => received,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) if error.kind() == io::ErrorKind::NotConnected => return,
                    Err(error) => {
                        failing.rest(&self.shared.events, &error).await;
                        break;
                    }
                };
                failing.is_over();
                // The way of accepting is loaded after the datagram has been received. While it
                // holds, this one waits here, and those behind it in the socket.
                let mut now = *accepting.borrow_and_update();
                while now == Accepting::Hold {
                    if accepting.changed().await.is_err() {
                        return;
                    }
                    now = *accepting.borrow_and_update();
                }
                // Who is refused is not served later either.
                if now != Accepting::Refuse {
                    self.hand_on(&received, &buffer[..received.length]);
                }
            }
            if turn == 0 {
                tokio::task::yield_now().await;
            }
        }
    }

    fn hand_on(&mut self, received: &Received, datagram: &[u8]) {
        let key = (received.client, received.asked);
        let last = self.last.upgrade().filter(|last| last.key() == key);
        if last.is_some_and(|last| last.take(datagram)) {
            return;
        }
        let known = self.mailboxes.of(key);
        let taken = known.filter(|mailbox| mailbox.take(datagram));
        let mailbox = taken.or_else(|| {
            let new = self.begin(received)?;
            new.take(datagram);
            Some(new)
        });
        self.last = mailbox.map_or_else(Weak::new, |mailbox| Arc::downgrade(&mailbox));
    }

    /// Begins a new connection, unless the gate has been stopped.
    fn begin(&self, received: &Received) -> Option<Arc<Mailbox>> {
        let client = self.shared.registry.enter(received.client)?;
        let mailbox = Mailbox::new(&self.shared, client, self.socket.clone(), received.asked);
        let mailbox = Arc::new(mailbox);
        self.mailboxes.remember(&mailbox);
        if self.socket.is_closed() {
            // Who closed it may have looked for its clients before this one was known.
            mailbox.client().end(ClosedBy::Call, How::Fin);
        }
        let connection = Connection::new(mailbox.clone(), self.mailboxes.clone());
        tokio::spawn(connection.serve());
        Some(mailbox)
    }
}
