//! What the servers of the demo have in common: a key-value store, and the count of what reaches it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;

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
    task: AbortHandle,
}

/// What a server has stored, and counted.
#[derive(Debug, Default)]
pub(super) struct State {
    values: Mutex<HashMap<String, Vec<u8>>>,
    tally: watch::Sender<Tally>,
}

impl Service {
    /// Starts a server that listens at `address`.
    pub(super) fn start<F>(address: SocketAddr, serve: impl FnOnce(Arc<State>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let state = Arc::new(State::default());
        let task = tokio::spawn(serve(state.clone())).abort_handle();
        Service { address, state, task }
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
        self.task.abort();
    }
}

impl State {
    /// Counts a read of so many bytes.
    pub(super) fn count_read(&self, length: usize) {
        self.tally.send_modify(|tally| {
            tally.bytes += length as u64;
            tally.reads += 1;
        });
    }

    /// Counts a connection for as long as it is open.
    pub(super) fn open(&self) -> Open<'_> {
        self.tally.send_modify(|tally| tally.connections += 1);
        Open(&self.tally)
    }

    /// Answers a request: `GET key` with the value of the key, `PUT key` with this one, which it
    /// stores.
    ///
    /// # Errors
    ///
    /// Why there is no such value.
    pub(super) fn answer(&self, request: &str, value: Vec<u8>) -> Result<Vec<u8>, &'static str> {
        self.tally.send_modify(|tally| tally.requests += 1);
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let mut words = request.split(' ');
        match (words.next(), words.next()) {
            (Some("PUT"), Some(key)) => {
                values.insert(key.to_owned(), value.clone());
                Ok(value)
            }
            (Some("GET"), Some(key)) => values.get(key).cloned().ok_or("404 Not Found"),
            _ => Err("405 Method Not Allowed"),
        }
    }
}

/// Counts a connection until it is dropped.
pub(super) struct Open<'a>(&'a watch::Sender<Tally>);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|tally| tally.connections -= 1);
    }
}
