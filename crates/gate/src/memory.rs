//! The memory that all connections of a gate may hold together.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;

use crate::lock::locked;

/// What the chains of a gate hold, and who waits until it is less.
#[derive(Debug)]
pub(crate) struct Memory {
    limit: usize,
    used: AtomicUsize,
    waiting: Mutex<Vec<Waker>>,
}

impl Memory {
    pub(crate) fn new(limit: usize) -> Self {
        Memory { limit, used: AtomicUsize::new(0), waiting: Mutex::default() }
    }

    /// Whether nothing more is to be taken in, but by who holds nothing yet.
    pub(crate) fn is_full(&self) -> bool {
        self.used.load(Ordering::SeqCst) >= self.limit
    }

    /// Has `waker` woken when there is room again. Whoever calls this looks once more afterwards.
    pub(crate) fn wait(&self, waker: &Waker) {
        let mut waiting = locked(&self.waiting);
        if !waiting.iter().any(|known| known.will_wake(waker)) {
            waiting.push(waker.clone());
        }
    }

    /// Replaces what one holder has counted for, `before`, by what it counts for `now`.
    pub(crate) fn replace(&self, before: usize, now: usize) {
        if now >= before {
            self.used.fetch_add(now - before, Ordering::SeqCst);
            return;
        }
        let used = self.used.fetch_sub(before - now, Ordering::SeqCst);
        if used >= self.limit && !self.is_full() {
            let waiting = std::mem::take(&mut *locked(&self.waiting));
            waiting.into_iter().for_each(Waker::wake);
        }
    }
}
