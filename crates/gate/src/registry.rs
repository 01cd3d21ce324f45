//! All clients of a gate: who they are, how many, and telling them to end.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Wake;

use chaosgate_faults::{Direction, How, Series};

use crate::client::Client;
use crate::closed_by::ClosedBy;
use crate::sync::{Mutex, MutexGuard, Notify};
use crate::traffic::{ConnectionInfo, Totals};

/// All clients of a gate.
///
/// What becomes of a client is counted and noted in one step: who sees one of the two finds the
/// other. So its functions are told how to `note` it, and call that under their lock.
#[derive(Debug)]
pub(crate) struct Registry {
    inner: Mutex<Inner>,
    pub(crate) changed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    /// Whether clients are let in: not while the gate is stopped.
    is_open: bool,
    last_number: u64,
    /// What those who come draw from.
    series: Series,
    clients: BTreeMap<u64, (Arc<Client>, Stage)>,
    /// Those that a call or a stop has told to end, and whose peers do not know of it yet.
    untold: BTreeSet<u64>,
    /// Tasks that have not let go of their sockets.
    tasks: usize,
    past: Totals,
}

/// How far a client has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Accepted; not connected to the server.
    Waiting,
    Connected,
    /// Told to end: it is not counted any more, but its task may still move a byte.
    Ending,
}

impl Registry {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// One without clients, whose draws come from this seed.
    pub(crate) fn new(seed: u64) -> Self {
        let inner = Inner { series: Series::first(seed), ..Inner::default() };
        Registry { inner: Mutex::new(inner), changed: Notify::new() }
    }

    /// Begins a series of draws: for those who come from now on, and for those who stand.
    pub(crate) fn begin_series(&self, seed: u64) {
        let mut inner = self.inner();
        let standing = inner.clients.iter().filter(|(_, (_, stage))| *stage != Stage::Ending);
        let standing = standing.map(|(number, _)| *number).collect();
        inner.series = inner.series.next(seed, inner.last_number, standing);
    }

    /// What is drawn from now, and the number of the last client.
    pub(crate) fn series(&self) -> (Series, u64) {
        let inner = self.inner();
        (inner.series.clone(), inner.last_number)
    }

    /// Lets clients in from now on.
    pub(crate) fn open(&self) {
        self.inner().is_open = true;
    }

    /// Lets a client in, unless the gate is stopped.
    pub(crate) fn enter(&self, address: SocketAddr) -> Option<Arc<Client>> {
        let mut inner = self.inner();
        if !inner.is_open {
            return None;
        }
        inner.last_number += 1;
        inner.tasks += 1;
        inner.past.accepted += 1;
        let client = Arc::new(Client::new(inner.last_number, address, inner.series.clone()));
        inner.clients.insert(client.number, (client.clone(), Stage::Waiting));
        Some(client)
    }

    /// The client's connection to the server stands; it counts from now on.
    pub(crate) fn connected<T>(&self, number: u64, note: impl FnOnce() -> T) -> T {
        let mut inner = self.inner();
        if let Some((_, stage @ Stage::Waiting)) = inner.clients.get_mut(&number) {
            *stage = Stage::Connected;
            inner.past.connected += 1;
        }
        self.noted(inner, note)
    }

    /// The client's connection to the server could not be made.
    pub(crate) fn dial_failed<T>(&self, note: impl FnOnce() -> T) -> T {
        let mut inner = self.inner();
        inner.past.dial_failures += 1;
        self.noted(inner, note)
    }

    /// The client counts no more; its task may still be closing its sockets.
    pub(crate) fn leave<T>(&self, number: u64, note: impl FnOnce() -> T) -> T {
        let mut inner = self.inner();
        if let Some((client, _)) = inner.clients.remove(&number) {
            client.add_to(&mut inner.past);
        }
        self.noted(inner, note)
    }

    fn noted<T>(&self, inner: MutexGuard<'_, Inner>, note: impl FnOnce() -> T) -> T {
        let noted = note();
        drop(inner);
        self.changed.notify_waiters();
        noted
    }

    /// The client's peers have been told that it has ended.
    pub(crate) fn told(&self, number: u64) {
        if self.inner().untold.remove(&number) {
            self.changed.notify_waiters();
        }
    }

    /// Whether there are peers that have yet to be told of an end.
    pub(crate) fn has_untold(&self) -> bool {
        !self.inner().untold.is_empty()
    }

    /// The client's task has let go of its sockets.
    pub(crate) fn task_ended(&self) {
        self.inner().tasks -= 1;
        self.changed.notify_waiters();
    }

    /// Tells all clients that `chosen` picks to end, and gives their number.
    pub(crate) fn end_clients(
        &self,
        by: &ClosedBy,
        how: How,
        mut chosen: impl FnMut(&Client, Stage) -> bool,
    ) -> usize {
        let mut ending = Vec::new();
        let mut inner = self.inner();
        for (client, stage) in inner.clients.values_mut() {
            if *stage != Stage::Ending && chosen(client, *stage) {
                *stage = Stage::Ending;
                ending.push(client.clone());
            }
        }
        inner.untold.extend(ending.iter().map(|client| client.number));
        drop(inner);
        for client in &ending {
            client.end(by.clone(), how);
        }
        self.changed.notify_waiters();
        ending.len()
    }

    /// Descriptors are short: ends the oldest client of those that have left while a fault keeps that
    /// from the server, as far as is known, and asks all whether they have.
    pub(crate) fn make_room(&self) {
        let mut is_first = true;
        self.end_clients(&ClosedBy::Shortage, How::Reset, |client, stage| {
            let chosen = is_first && stage == Stage::Connected && client.has_left();
            is_first &= !chosen;
            chosen
        });
        let clients: Vec<_> =
            self.inner().clients.values().map(|(client, _)| client.clone()).collect();
        for client in clients {
            client.ask_whether_left();
        }
    }

    /// Lets nobody in any more, and tells all to end.
    pub(crate) fn shut(&self, how: How) {
        self.inner().is_open = false;
        self.end_clients(&ClosedBy::Stop, how, |_, _| true);
        // Also those that count no more.
        let ending: Vec<_> =
            self.inner().clients.values().map(|(client, _)| client.clone()).collect();
        for client in ending {
            client.end(ClosedBy::Stop, how);
        }
    }

    /// The client counts no more as a connection, but what it does still counts.
    pub(crate) fn stop_counting<T>(&self, number: u64, note: impl FnOnce() -> T) -> T {
        let mut inner = self.inner();
        if let Some((_, stage)) = inner.clients.get_mut(&number) {
            *stage = Stage::Ending;
        }
        self.noted(inner, note)
    }

    /// The version of a direction's faults that all connections have met.
    pub(crate) fn seen(&self, direction: Direction) -> u64 {
        let inner = self.inner();
        let seen = inner.clients.values().map(|(client, _)| client.seen(direction));
        seen.min().unwrap_or(u64::MAX)
    }

    pub(crate) fn wake_all(&self) {
        let clients: Vec<_> =
            self.inner().clients.values().map(|(client, _)| client.clone()).collect();
        for client in clients {
            Wake::wake(client);
        }
    }

    pub(crate) fn connections(&self) -> Vec<ConnectionInfo> {
        let inner = self.inner();
        let connected = inner.clients.values().filter(|(_, stage)| *stage == Stage::Connected);
        connected.map(|(client, _)| client.info()).collect()
    }

    pub(crate) fn connection_count(&self) -> usize {
        let inner = self.inner();
        inner.clients.values().filter(|(_, stage)| *stage == Stage::Connected).count()
    }

    /// How many tasks have a client's socket.
    pub(crate) fn task_count(&self) -> usize {
        self.inner().tasks
    }

    pub(crate) fn totals(&self) -> Totals {
        let inner = self.inner();
        let mut totals = inner.past;
        for (client, _) in inner.clients.values() {
            client.add_to(&mut totals);
        }
        totals
    }
}
