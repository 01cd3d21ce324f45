//! How often an entry has acted and acts, on all connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::AcqRel, Ordering::Acquire};

use crate::units::Count;

/// The spans of an entry, on all connections.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    /// Those that are taken: in which its fault has hit, or is at work.
    taken: AtomicU64,
    /// Those in which its fault is at work now.
    at_work: AtomicU64,
}

impl Spans {
    /// Whether its fault is at work in one.
    pub(crate) fn is_at_work(&self) -> bool {
        self.at_work.load(Acquire) > 0
    }

    /// Whether one more of so many may be taken.
    pub(crate) fn has_left(&self, times: Count) -> bool {
        self.taken.load(Acquire) < u64::from(times.get())
    }

    /// Whether there have been so many, and none of them can be given back any more.
    pub(crate) fn are_over(&self, times: Count) -> bool {
        !self.is_at_work() && !self.has_left(times)
    }
}

/// One span on one connection, as long as it lasts.
#[derive(Debug)]
pub(crate) struct Claim {
    spans: Arc<Spans>,
    is_taken: bool,
    has_hit: bool,
}

impl Claim {
    /// One that has begun, and is not taken yet.
    pub(crate) fn new(spans: &Arc<Spans>) -> Self {
        spans.at_work.fetch_add(1, AcqRel);
        Claim { spans: spans.clone(), is_taken: false, has_hit: false }
    }

    /// Takes one of so `many`, unless it has. Gives whether it has it.
    pub(crate) fn take(&mut self, many: Count) -> bool {
        let more = |taken| (taken < u64::from(many.get())).then_some(taken + 1);
        self.is_taken =
            self.is_taken || self.spans.taken.fetch_update(AcqRel, Acquire, more).is_ok();
        self.is_taken
    }

    /// Its fault has hit: it is not given back.
    pub(crate) fn hit(&mut self) {
        self.has_hit = true;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.is_taken && !self.has_hit {
            self.spans.taken.fetch_sub(1, AcqRel);
        }
        self.spans.at_work.fetch_sub(1, AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_ends_without_a_hit_is_given_back() {
        let spans = Arc::default();
        let (mut first, mut second) = (Claim::new(&spans), Claim::new(&spans));
        assert!(first.take(Count::ONE) && first.take(Count::ONE) && !second.take(Count::ONE));
        drop(first);
        assert!(second.take(Count::ONE));
        second.hit();
        assert!(!spans.are_over(Count::ONE), "it is at work");
        drop(second);
        assert!(spans.are_over(Count::ONE) && !Claim::new(&spans).take(Count::ONE));
    }
}
