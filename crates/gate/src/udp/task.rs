//! A connection's task: from the first datagram to the end.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use chaosgate_faults::How;

use super::connection::Connection;
use super::connections::Connections;
use super::server::Server;
use super::work::Work;
use crate::dial::dial;
use crate::event::{ClosedBy, What};
use crate::stay::Stay;

/// The largest datagram there is, and a byte.
pub(super) const LARGEST: usize = 64 * 1024;

/// A connection that is served. However that ends, it is over then, and forgotten.
pub(super) struct Served {
    connection: Arc<Connection>,
    connections: Arc<Connections>,
    stay: Stay,
}

impl Served {
    /// Of a client that has just sent its first datagram.
    pub(super) fn new(connection: Arc<Connection>, connections: Arc<Connections>) -> Self {
        let stay = Stay::new(connection.shared(), connection.client().number);
        Served { connection, connections, stay }
    }

    pub(super) async fn serve(mut self) {
        let server = match connect(&self.connection).await {
            Ok(server) => server,
            Err(by) => {
                self.connection.end();
                return self.stay.leave(by, How::Fin);
            }
        };
        let mut work = Work::new(self.connection.clone(), server);
        let by = poll_fn(|cx| work.poll(cx)).await;
        work.end_loans();
        self.connection.end();
        self.stay.retire(by, How::Fin);
        // A fault that ends it may have let go of something that is due later.
        poll_fn(|cx| work.poll_rest(cx)).await;
        work.discard();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.connection.end();
        self.connections.forget(&self.connection);
    }
}

/// Makes the connection's own socket to the server.
async fn connect(connection: &Connection) -> Result<Server, ClosedBy> {
    let (shared, client) = (connection.shared(), connection.client());
    shared.events.note(Some(client.number), What::Accepted { client: client.address });
    let mut dialling = pin!(dial(&shared.route.upstream, async |address| Server::connect(address)));
    let dialled = poll_fn(|cx| match client.poll_end(cx) {
        Poll::Ready((by, _)) => Poll::Ready(Err(by)),
        Poll::Pending => dialling.as_mut().poll(cx).map(Ok),
    });
    let (socket, others) = dialled.await?.map_err(|error| {
        shared.dial_failed(client, error.to_string());
        ClosedBy::DialFailure
    })?;
    shared.connected(client, socket.1);
    Ok(Server::new(socket, others))
}
