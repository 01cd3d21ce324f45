//! The loop that takes datagrams off the socket that all clients share.

use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::task::AbortHandle;

use super::connection::Connection;
use super::connections::Connections;
use super::socket::{ListenSocket, Received};
use super::task::{LARGEST, Served};
use crate::accepting::Accepting;
use crate::event::What;
use crate::shared::Shared;

/// After so many datagrams other tasks get their turn.
const TURN: usize = 128;

/// How long it rests after a failure.
const REST: Duration = Duration::from_millis(50);

/// Receives until the handle aborts it, or the socket is closed.
pub(super) fn start(shared: &Arc<Shared>, socket: &Arc<ListenSocket>) -> AbortHandle {
    let receiver = Receiver {
        shared: shared.clone(),
        socket: socket.clone(),
        connections: Arc::default(),
        last: Weak::new(),
    };
    shared.runtime.spawn(receiver.run()).abort_handle()
}

struct Receiver {
    shared: Arc<Shared>,
    socket: Arc<ListenSocket>,
    connections: Arc<Connections>,
    /// The connection of the last datagram: often that of the next one.
    last: Weak<Connection>,
}

impl Receiver {
    async fn run(mut self) {
        let mut accepting = self.shared.accepting.subscribe();
        let mut buffer = vec![0; LARGEST].into_boxed_slice();
        while poll_fn(|cx| self.socket.poll_readable(cx)).await {
            let mut turn = TURN;
            while turn > 0 {
                turn -= 1;
                let received = match self.socket.receive(&mut buffer) {
                    Ok(received) => received,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) if error.kind() == io::ErrorKind::NotConnected => return,
                    Err(error) => {
                        let reason = error.to_string();
                        self.shared.events.note(None, What::AcceptFailed { reason });
                        tokio::time::sleep(REST).await;
                        break;
                    }
                };
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
        let known = self.connections.of(key);
        let taken = known.filter(|connection| connection.take(datagram));
        let connection = taken.or_else(|| {
            let new = self.begin(received)?;
            new.take(datagram);
            Some(new)
        });
        self.last = connection.map_or_else(Weak::new, |connection| Arc::downgrade(&connection));
    }

    /// A new connection, unless the gate has been stopped.
    fn begin(&self, received: &Received) -> Option<Arc<Connection>> {
        let client = self.shared.registry.enter(received.client)?;
        let connection = Connection::new(&self.shared, client, self.socket.clone(), received.asked);
        let connection = Arc::new(connection);
        self.connections.remember(&connection);
        let served = Served::new(connection.clone(), self.connections.clone());
        tokio::spawn(served.serve());
        Some(connection)
    }
}
