//! The loop that takes datagrams off the socket that all clients share.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use super::connection::Connection;
use super::connections::Connections;
use super::socket::{ListenSocket, Received};
use super::task::{LARGEST, serve};
use crate::accepting::Accepting;
use crate::event::What;
use crate::shared::Shared;

/// After so many datagrams other tasks get their turn.
const TURN: usize = 128;

/// How long it rests after a failure.
const REST: Duration = Duration::from_millis(50);

/// Receives until the handle aborts it.
pub(super) fn start(shared: &Arc<Shared>, socket: &Arc<ListenSocket>) -> AbortHandle {
    let receiver = Receiver {
        shared: shared.clone(),
        socket: socket.clone(),
        connections: Arc::default(),
        last: None,
    };
    shared.runtime.spawn(receiver.run()).abort_handle()
}

struct Receiver {
    shared: Arc<Shared>,
    socket: Arc<ListenSocket>,
    connections: Arc<Connections>,
    /// The connection of the last datagram: often that of the next one.
    last: Option<Arc<Connection>>,
}

impl Receiver {
    async fn run(mut self) {
        let mut accepting = self.shared.accepting.subscribe();
        let mut buffer = vec![0; LARGEST].into_boxed_slice();
        loop {
            poll_fn(|cx| self.socket.poll_readable(cx)).await;
            let mut turn = TURN;
            while turn > 0 {
                turn -= 1;
                let received = match self.socket.receive(&mut buffer) {
                    Ok(received) => received,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) => {
                        let reason = error.to_string();
                        self.shared.events.note(None, What::AcceptFailed { reason });
                        tokio::time::sleep(REST).await;
                        break;
                    }
                };
                // The way of accepting is loaded after the datagram has been received. While it
                // holds, this one waits here, and those behind it in the socket.
                let is_held = *accepting.borrow() == Accepting::Hold;
                if is_held && accepting.wait_for(|now| *now != Accepting::Hold).await.is_err() {
                    return;
                }
                self.hand_on(&received, &buffer[..received.length]);
            }
            if turn == 0 {
                tokio::task::yield_now().await;
            }
        }
    }

    fn hand_on(&mut self, received: &Received, datagram: &[u8]) {
        let is_of_last =
            |last: &&Arc<Connection>| last.client().address == received.client && last.is_open();
        if let Some(last) = self.last.as_ref().filter(is_of_last) {
            last.take(datagram);
            return;
        }
        let begin = || self.begin(received);
        self.last = self.connections.of(received.client, begin);
        if let Some(connection) = &self.last {
            connection.take(datagram);
        }
    }

    /// A new connection, unless the gate has been stopped.
    fn begin(&self, received: &Received) -> Option<Arc<Connection>> {
        let client = self.shared.registry.enter(received.client)?;
        let listener = self.socket.clone();
        let connection = Arc::new(Connection::new(&self.shared, client, listener, received.asked));
        tokio::spawn(serve(connection.clone(), self.connections.clone()));
        Some(connection)
    }
}
