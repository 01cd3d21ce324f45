//! The bytes that connections may pass together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Waker;
use std::time::Instant;

use parking_lot::Mutex;

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
    /// When the last generation ended.
    ended: Option<Instant>,
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

    /// Enters the generation that there is, or was at the moment `since` from which the connection has a
    /// part in it: a task that is late meets the budget after its end. The waker is woken when a generation
    /// ends.
    pub(super) fn enter(self: &Arc<Self>, since: Instant, waker: Waker) -> Member {
        let mut used = self.used.lock();
        used.last_member += 1;
        let number = used.last_member;
        used.members.insert(number, waker);
        let is_late = used.ended.is_some_and(|ended| since <= ended);
        let generation = self.generation() - u64::from(is_late);
        Member { budget: self.clone(), generation, number }
    }

    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

impl Member {
    /// Asks for so many bytes now, where the whole budget has `limit`.
    pub(super) fn ask(&self, bytes: u64, limit: u64, now: Instant) -> Grant {
        let mut used = self.budget.used.lock();
        if self.is_over() {
            return Grant::Last(0);
        }
        let left = limit.saturating_sub(used.bytes);
        if bytes < left {
            used.bytes += bytes;
            return Grant::All;
        }
        self.budget.generation.fetch_add(1, Ordering::AcqRel);
        (used.bytes, used.ended) = (0, Some(now));
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
        self.budget.used.lock().members.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{epoch, ms};

    #[test]
    fn a_connection_that_was_made_before_the_end_and_meets_the_budget_after_it_is_over() {
        let budget = Arc::new(Budget::default());
        let enter = |connected| budget.enter(epoch() + ms(connected), Waker::noop().clone());
        assert!(!enter(0).is_over());
        assert_eq!(enter(0).ask(9, 5, epoch() + ms(10)), Grant::Last(5));
        let (late, new) = (enter(1), enter(11));
        assert!(late.is_over());
        assert_eq!(late.ask(1, 5, epoch() + ms(12)), Grant::Last(0));
        assert!(!new.is_over());
        assert_eq!(new.ask(1, 5, epoch() + ms(12)), Grant::All);
    }
}
