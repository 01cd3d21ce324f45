//! One client, as other threads know it, and how they tell its task to end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::time::{Instant, SystemTime};

use chaosgate_faults::{Direction, How, PerDirection, Series};

use crate::closed_by::ClosedBy;
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use crate::sync::{AtomicWaker, Mutex};
use crate::traffic::{ConnectionInfo, Totals, Traffic};

/// What other threads know of a client, and can tell its task.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) number: u64,
    pub(crate) address: SocketAddr,
    /// What its draws come from.
    pub(crate) series: Series,
    since: SystemTime,
    /// The same on the clock of the faults.
    pub(crate) accepted: Instant,
    traffic: PerDirection<Arc<Traffic>>,
    /// The version of each direction's faults that its connection has met.
    seen: PerDirection<AtomicU64>,
    hits: AtomicU64,
    unreachable: AtomicU64,
    ending: Mutex<Option<(ClosedBy, How)>>,
    waker: AtomicWaker,
    /// Whether its peer has left is of interest: descriptors are short.
    is_asked: AtomicBool,
    /// Its peer has left, and a fault keeps that back.
    has_left: AtomicBool,
}

impl Client {
    pub(crate) fn new(number: u64, address: SocketAddr, series: Series) -> Self {
        Client {
            number,
            address,
            series,
            since: SystemTime::now(),
            accepted: Instant::now(),
            traffic: PerDirection::default(),
            // Before there is a connection, there is nothing to meet.
            seen: PerDirection::from_fn(|_| AtomicU64::new(u64::MAX)),
            hits: AtomicU64::new(0),
            unreachable: AtomicU64::new(0),
            ending: Mutex::default(),
            waker: AtomicWaker::new(),
            is_asked: AtomicBool::new(false),
            has_left: AtomicBool::new(false),
        }
    }

    pub(crate) fn traffic(&self, direction: Direction) -> &Arc<Traffic> {
        &self.traffic[direction]
    }

    /// Its connection has met this version of a direction's faults.
    pub(crate) fn note_seen(&self, direction: Direction, version: u64) {
        self.seen[direction].store(version, Ordering::Release);
    }

    pub(crate) fn seen(&self, direction: Direction) -> u64 {
        self.seen[direction].load(Ordering::Acquire)
    }

    pub(crate) fn add_hits(&self, hits: u64) {
        self.hits.fetch_add(hits, Ordering::Relaxed);
    }

    /// The server's machine has said that nobody has the port.
    pub(crate) fn add_unreachable(&self) {
        self.unreachable.fetch_add(1, Ordering::Relaxed);
    }

    /// What users are shown of it.
    pub(crate) fn info(&self) -> ConnectionInfo {
        ConnectionInfo {
            number: self.number,
            client: self.address,
            since: self.since,
            to_server: self.traffic(Direction::ToServer).volume(),
            to_client: self.traffic(Direction::ToClient).volume(),
            hits: self.hits.load(Ordering::Relaxed),
        }
    }

    /// Adds what it has counted.
    pub(crate) fn add_to(&self, totals: &mut Totals) {
        totals.unreachable += self.unreachable.load(Ordering::Relaxed);
        totals.to_server.add(self.traffic(Direction::ToServer).volume());
        totals.to_client.add(self.traffic(Direction::ToClient).volume());
    }

    /// Whether somebody wants it to end.
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.lock().is_some()
    }

    /// Whether somebody wants it to end in order.
    pub(crate) fn is_ending_in_order(&self) -> bool {
        matches!(*self.ending.lock(), Some((_, How::Fin)))
    }

    pub(crate) fn end(&self, by: ClosedBy, how: How) {
        self.ending.lock().get_or_insert((by, how));
        self.waker.wake();
    }

    /// Asks its task whether its peer has left while a fault keeps that back.
    pub(crate) fn ask_whether_left(&self) {
        self.is_asked.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// Answers, if it was asked.
    pub(crate) fn answer_whether_left(&self, has_left: impl FnOnce() -> bool) {
        if self.is_asked.load(Ordering::Acquire) {
            self.is_asked.store(false, Ordering::Relaxed);
            self.has_left.store(has_left(), Ordering::Release);
        }
    }

    /// The last answer.
    pub(crate) fn has_left(&self) -> bool {
        self.has_left.load(Ordering::Acquire)
    }

    /// Whether somebody wants it to end; if not, the task is woken when that changes, and when
    /// there are new faults.
    pub(crate) fn poll_end(&self, cx: &mut Context<'_>) -> Poll<(ClosedBy, How)> {
        self.waker.register(cx.waker());
        self.ending.lock().clone().map_or(Poll::Pending, Poll::Ready)
    }
}

/// A fault that is woken by somebody else wakes its connection.
impl Wake for Client {
    fn wake(self: Arc<Self>) {
        self.waker.wake();
    }
}
