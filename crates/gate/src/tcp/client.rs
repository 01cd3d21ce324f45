//! One client, as other threads know it, and how they tell its task to end.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake};
use std::time::SystemTime;

use atomic_waker::AtomicWaker;
use chaosgate_faults::{Direction, How};

use crate::event::ClosedBy;
use crate::lock::locked;

/// What went one way.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// Bytes that came from the source.
    pub(super) received: AtomicU64,
    /// Bytes that the sink has taken.
    pub(super) sent: AtomicU64,
}

/// What other threads know of a client, and can tell its task.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) number: u64,
    pub(super) address: SocketAddr,
    pub(super) since: SystemTime,
    traffic: [Arc<Traffic>; 2],
    hits: AtomicU64,
    ending: Mutex<Option<(ClosedBy, How)>>,
    waker: AtomicWaker,
}

impl Client {
    pub(super) fn new(number: u64, address: SocketAddr) -> Self {
        Client {
            number,
            address,
            since: SystemTime::now(),
            traffic: Default::default(),
            hits: AtomicU64::new(0),
            ending: Mutex::default(),
            waker: AtomicWaker::new(),
        }
    }

    pub(super) fn traffic(&self, direction: Direction) -> &Arc<Traffic> {
        &self.traffic[direction as usize]
    }

    pub(super) fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    pub(super) fn add_hits(&self, hits: u64) {
        self.hits.fetch_add(hits, Ordering::Relaxed);
    }

    pub(super) fn end(&self, by: ClosedBy, how: How) {
        locked(&self.ending).get_or_insert((by, how));
        self.waker.wake();
    }

    /// Whether somebody wants it to end; if not, the task is woken when that changes, and when
    /// there are new faults.
    pub(super) fn poll_end(&self, cx: &mut Context<'_>) -> Poll<(ClosedBy, How)> {
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
