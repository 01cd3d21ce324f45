//! The server of the demo: a key-value service over HTTP, which counts what reaches it.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::http::{Broken, Message, Wire};

/// What has reached the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) bytes: u64,
    /// How many reads it took to read them.
    pub(super) reads: u64,
    /// Requests that came whole.
    pub(super) requests: u64,
    /// Connections that are open.
    pub(super) connections: usize,
}

/// A running server. It stops when it is dropped.
#[derive(Debug)]
pub(super) struct Service {
    address: SocketAddr,
    state: Arc<State>,
    acceptor: AbortHandle,
}

#[derive(Debug, Default)]
struct State {
    values: Mutex<HashMap<String, Vec<u8>>>,
    tally: watch::Sender<Tally>,
}

impl Service {
    /// Starts it on a free port of the loopback interface.
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let acceptor = tokio::spawn(accept(listener, state.clone())).abort_handle();
        Ok(Service { address, state, acceptor })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn tally(&self) -> Tally {
        *self.state.tally.borrow()
    }

    /// Counts from zero again, but for the open connections.
    pub(super) fn count_anew(&self) {
        self.state.tally.send_modify(|tally| {
            *tally = Tally { connections: tally.connections, ..Tally::default() };
        });
    }

    /// Waits until the tally is as wanted; whether it was so `within` that time.
    pub(super) async fn reaches(
        &self,
        is_wanted: impl FnMut(&Tally) -> bool,
        within: Duration,
    ) -> bool {
        let mut tally = self.state.tally.subscribe();
        tokio::time::timeout(within, tally.wait_for(is_wanted)).await.is_ok()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve(stream, state.clone()))),
            // For want of descriptors, as a rule: trying again at once would spin.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let _open = Open::new(&state.tally);
    let Ok(mut wire) = Wire::new(stream) else { return };
    let count = |length| {
        state.tally.send_modify(|tally| {
            tally.bytes += length as u64;
            tally.reads += 1;
        });
    };
    loop {
        let answer = match wire.receive(count).await {
            Ok(request) => {
                state.tally.send_modify(|tally| tally.requests += 1);
                state.answer(request)
            }
            Err(Broken::Malformed) => answer("400 Bad Request", Vec::new(), true),
            Err(Broken::Ended(_) | Broken::Failed(..)) => return,
        };
        if wire.send(&answer).await.is_err() || answer.is_last {
            return;
        }
    }
}

impl State {
    /// `GET /key` gives the value of the key, `PUT /key` stores it and gives it back.
    fn answer(&self, request: Message) -> Message {
        let Message { start, is_last, body } = request;
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let mut words = start.split(' ');
        match (words.next(), words.next()) {
            (Some("PUT"), Some(key)) => {
                values.insert(key.to_owned(), body.clone());
                answer("200 OK", body, is_last)
            }
            (Some("GET"), Some(key)) => match values.get(key) {
                Some(value) => answer("200 OK", value.clone(), is_last),
                None => answer("404 Not Found", Vec::new(), is_last),
            },
            _ => answer("405 Method Not Allowed", Vec::new(), is_last),
        }
    }
}

fn answer(status: &str, body: Vec<u8>, is_last: bool) -> Message {
    Message { start: format!("HTTP/1.1 {status}"), is_last, body }
}

/// Counts a connection for as long as it is open.
struct Open<'a>(&'a watch::Sender<Tally>);

impl<'a> Open<'a> {
    fn new(tally: &'a watch::Sender<Tally>) -> Self {
        tally.send_modify(|tally| tally.connections += 1);
        Open(tally)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|tally| tally.connections -= 1);
    }
}
