//! The bytes that connections may pass together.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;

use crate::lock::locked;

/// What has been used of a number of bytes. Whoever uses the last ends the generation of all that
/// share it; who comes later begins a new one.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// Changed with `used` being locked.
    generation: AtomicU64,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    bytes: u64,
    members: BTreeMap<u64, Waker>,
    last_member: u64,
}

/// A connection that shares a budget.
#[derive(Debug)]
pub(super) struct Member {
    budget: Arc<Budget>,
    generation: u64,
    number: u64,
}

/// What a member gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    /// All that it has asked for.
    All,
    /// The last bytes of its generation, or none where that has ended.
    Last(u64),
}

impl Budget {
    /// One of which so many bytes have been used.
    pub(super) fn of_which(bytes: u64) -> Self {
        let used = Mutex::new(Used { bytes, ..Used::default() });
        Budget { generation: AtomicU64::new(0), used }
    }

    /// Enters the present generation. The waker is woken when that ends.
    pub(super) fn enter(self: &Arc<Self>, waker: Waker) -> Member {
        let mut used = locked(&self.used);
        used.last_member += 1;
        let number = used.last_member;
        used.members.insert(number, waker);
        Member { budget: self.clone(), generation: self.generation(), number }
    }

    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

impl Member {
    /// Asks for so many bytes, where the whole budget has `limit`.
    pub(super) fn ask(&self, bytes: u64, limit: u64) -> Grant {
        let mut used = locked(&self.budget.used);
        if self.is_over() {
            return Grant::Last(0);
        }
        let left = limit.saturating_sub(used.bytes);
        if bytes < left {
            used.bytes += bytes;
            return Grant::All;
        }
        self.budget.generation.fetch_add(1, Ordering::AcqRel);
        used.bytes = 0;
        let members = std::mem::take(&mut used.members);
        drop(used);
        members.into_values().for_each(Waker::wake);
        Grant::Last(left)
    }

    /// Whether its generation has ended.
    pub(super) fn is_over(&self) -> bool {
        self.budget.generation() != self.generation
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        locked(&self.budget.used).members.remove(&self.number);
    }
}
