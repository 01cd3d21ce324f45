//! A connection's task: from the first datagram to the end.

use std::future::{poll_fn, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use chaosgate_faults::How;

use super::mailbox::Mailbox;
use super::mailboxes::Mailboxes;
use super::pump::Pump;
use super::server::Server;
use crate::closed_by::ClosedBy;
use crate::dial::dial;
use crate::event::What;
use crate::presence::Presence;

/// The largest datagram there is, and a byte.
pub(super) const LARGEST: usize = 64 * 1024;

/// A client's connection. However it ends, it is over then, and forgotten.
pub(super) struct Connection {
    mailbox: Arc<Mailbox>,
    mailboxes: Arc<Mailboxes>,
    presence: Presence,
}

impl Connection {
    /// Of a client that has just sent its first datagram.
    pub(super) fn new(mailbox: Arc<Mailbox>, mailboxes: Arc<Mailboxes>) -> Self {
        let presence = Presence::new(mailbox.shared(), mailbox.client().number);
        Connection { mailbox, mailboxes, presence }
    }

    pub(super) async fn serve(mut self) {
        let server = match connect(&self.mailbox).await {
            Ok(server) => server,
            Err(by) => {
                self.mailbox.end();
                return self.presence.leave(by, How::Fin);
            }
        };
        let address = server.address();
        let mut pump = Pump::new(self.mailbox.clone(), server);
        // Now that none is missed which is set from here on.
        self.mailbox.shared().connected(self.mailbox.client(), address);
        pump.lanes.begin();
        let by = poll_fn(|cx| pump.poll(cx)).await;
        pump.end_loans();
        self.mailbox.end();
        self.presence.stop_counting(by, How::Fin);
        // A fault that ends it may have let go of something that is due later.
        poll_fn(|cx| pump.poll_rest(cx)).await;
        pump.discard();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.mailbox.end();
        self.mailboxes.forget(&self.mailbox);
    }
}

/// Makes the connection's own socket to the server.
async fn connect(mailbox: &Mailbox) -> Result<Server, ClosedBy> {
    let (shared, client) = (mailbox.shared(), mailbox.client());
    shared.events.note(Some(client.number), What::Accepted { client: client.address });
    let route = shared.route();
    let mut dialling = pin!(dial(&route.upstream, |address| ready(Server::connect(address))));
    let dialled = poll_fn(|cx| match client.poll_end(cx) {
        Poll::Ready((by, _)) => Poll::Ready(Err(by)),
        Poll::Pending => dialling.as_mut().poll(cx).map(Ok),
    });
    let (socket, others) = dialled.await?.map_err(|error| {
        shared.dial_failed(client, error.to_string());
        ClosedBy::DialFailure
    })?;
    Ok(Server::new(socket, others))
}
