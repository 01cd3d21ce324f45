//! The clients and connections of a gate: who they are, how many, and how each is told to end.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake};
use std::time::SystemTime;

use atomic_waker::AtomicWaker;
use chaosgate_faults::{Direction, How};
use tokio::sync::Notify;

use crate::event::ClosedBy;

/// What went one way.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// Bytes that came from the source.
    pub(crate) received: AtomicU64,
    /// Bytes that the sink has taken.
    pub(crate) sent: AtomicU64,
}

/// What other threads know of a client, and can tell its task.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) number: u64,
    pub(crate) address: SocketAddr,
    since: SystemTime,
    traffic: [Arc<Traffic>; 2],
    hits: AtomicU64,
    ending: Mutex<Option<(ClosedBy, How)>>,
    waker: AtomicWaker,
}

impl Client {
    pub(crate) fn traffic(&self, direction: Direction) -> &Arc<Traffic> {
        &self.traffic[direction as usize]
    }

    pub(crate) fn add_hits(&self, hits: u64) {
        self.hits.fetch_add(hits, Ordering::Relaxed);
    }

    fn end(&self, by: ClosedBy, how: How) {
        locked(&self.ending).get_or_insert((by, how));
        self.waker.wake();
    }

    /// Whether somebody wants it to end; if not, the task is woken when that changes, and when
    /// there are new faults.
    pub(crate) fn poll_end(&self, cx: &mut Context<'_>) -> Poll<(ClosedBy, How)> {
        self.waker.register(cx.waker());
        locked(&self.ending).clone().map_or(Poll::Pending, Poll::Ready)
    }
}

/// A fault that is woken by somebody else wakes its connection.
impl Wake for Client {
    fn wake(self: Arc<Self>) {
        self.waker.wake();
    }
}

/// A connection through a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionInfo {
    /// Its number, never used again on this gate.
    pub number: u64,
    /// The client's address.
    pub client: SocketAddr,
    /// When the client was accepted.
    pub since: SystemTime,
    /// Payload on the way to the server.
    pub to_server: Bytes,
    /// Payload on the way to the client.
    pub to_client: Bytes,
    /// How often faults did something to its traffic.
    pub hits: u64,
}

/// How many bytes went one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bytes {
    /// Read from the sender.
    pub received: u64,
    /// Written to the receiver.
    pub sent: u64,
}

impl Bytes {
    fn of(traffic: &Traffic) -> Self {
        Bytes {
            received: traffic.received.load(Ordering::Relaxed),
            sent: traffic.sent.load(Ordering::Relaxed),
        }
    }

    fn add(&mut self, more: Bytes) {
        self.received += more.received;
        self.sent += more.sent;
    }
}

/// What has gone through a gate since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Clients that were accepted.
    pub accepted: u64,
    /// Clients whose connection to the server stood.
    pub connected: u64,
    /// Payload on the way to the server.
    pub to_server: Bytes,
    /// Payload on the way to the client.
    pub to_client: Bytes,
}

/// All clients of a gate.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    inner: Mutex<Inner>,
    pub(crate) changed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    /// Whether clients are let in: not while the gate is stopped.
    is_open: bool,
    last_number: u64,
    clients: BTreeMap<u64, (Arc<Client>, Stage)>,
    /// Tasks that have not let go of their sockets.
    tasks: usize,
    past: Totals,
}

/// How far a client has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Accepted; not connected to the server.
    Waiting,
    Connected,
}

impl Registry {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        locked(&self.inner)
    }

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
        let client = Arc::new(Client {
            number: inner.last_number,
            address,
            since: SystemTime::now(),
            traffic: Default::default(),
            hits: AtomicU64::new(0),
            ending: Mutex::default(),
            waker: AtomicWaker::new(),
        });
        inner.clients.insert(client.number, (client.clone(), Stage::Waiting));
        Some(client)
    }

    /// The client's connection to the server stands; it counts from now on.
    pub(crate) fn connected(&self, number: u64) {
        let mut inner = self.inner();
        if let Some((_, stage)) = inner.clients.get_mut(&number) {
            *stage = Stage::Connected;
            inner.past.connected += 1;
        }
        drop(inner);
        self.changed.notify_waiters();
    }

    /// The client counts no more; its task may still be closing its sockets.
    pub(crate) fn leave(&self, number: u64) {
        let mut inner = self.inner();
        inner.remove(number);
        drop(inner);
        self.changed.notify_waiters();
    }

    /// The client's task has let go of its sockets.
    pub(crate) fn task_ended(&self) {
        self.inner().tasks -= 1;
        self.changed.notify_waiters();
    }

    /// Tells all clients that `chosen` picks to end, and gives their number.
    pub(crate) fn close(
        &self,
        by: &ClosedBy,
        how: How,
        mut chosen: impl FnMut(&Client) -> bool,
    ) -> usize {
        let mut inner = self.inner();
        let ending: Vec<_> = inner
            .clients
            .values()
            .filter(|(client, _)| chosen(client))
            .map(|(client, _)| client.clone())
            .collect();
        for client in &ending {
            inner.remove(client.number);
        }
        drop(inner);
        for client in &ending {
            client.end(by.clone(), how);
        }
        self.changed.notify_waiters();
        ending.len()
    }

    /// Lets nobody in any more, and tells all to end.
    pub(crate) fn shut(&self, how: How) -> usize {
        self.inner().is_open = false;
        self.close(&ClosedBy::Stop, how, |_| true)
    }

    pub(crate) fn wake_all(&self) {
        let clients: Vec<_> =
            self.inner().clients.values().map(|(client, _)| client.clone()).collect();
        for client in clients {
            client.waker.wake();
        }
    }

    pub(crate) fn connections(&self) -> Vec<ConnectionInfo> {
        let inner = self.inner();
        let connected = inner.clients.values().filter(|(_, stage)| *stage == Stage::Connected);
        connected
            .map(|(client, _)| ConnectionInfo {
                number: client.number,
                client: client.address,
                since: client.since,
                to_server: Bytes::of(client.traffic(Direction::ToServer)),
                to_client: Bytes::of(client.traffic(Direction::ToClient)),
                hits: client.hits.load(Ordering::Relaxed),
            })
            .collect()
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
            totals.add(client);
        }
        totals
    }
}

impl Inner {
    fn remove(&mut self, number: u64) {
        if let Some((client, _)) = self.clients.remove(&number) {
            self.past.add(&client);
        }
    }
}

impl Totals {
    fn add(&mut self, client: &Client) {
        self.to_server.add(Bytes::of(client.traffic(Direction::ToServer)));
        self.to_client.add(Bytes::of(client.traffic(Direction::ToClient)));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
