//! The faults of a direction that are in force, and how they are replaced.

use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};
use std::thread;

use arc_swap::{ArcSwap, Guard};
use chaosgate_faults::FaultList;

/// The faults of one direction of a gate: a pointer that everybody looks at, and nobody locks.
#[derive(Debug)]
pub(crate) struct InForce(ArcSwap<Lists>);

/// The list in force.
#[derive(Debug)]
pub(crate) struct Lists {
    list: Arc<FaultList>,
    /// If that lends the direction: the last one that did not.
    unlent: Option<Arc<FaultList>>,
}

/// A look at the list in force. As long as it lasts, no call that lends the direction returns: who
/// looks before a read keeps it until the read is over.
pub(crate) type Look = Guard<Arc<Lists>>;

/// A list that has been replaced, and those who still look at it.
#[must_use = "they may still read"]
pub(crate) struct Replaced {
    lists: Arc<Lists>,
    /// The one in its place lends the direction.
    is_lent: bool,
}

impl InForce {
    pub(crate) fn new(list: FaultList) -> Self {
        InForce(ArcSwap::from_pointee(Lists { list: Arc::new(list), unlent: None }))
    }

    pub(crate) fn look(&self) -> Look {
        self.0.load()
    }

    pub(crate) fn list(&self) -> Arc<FaultList> {
        self.look().list.clone()
    }

    /// Replaces the list. Whoever looks from now on sees this one.
    pub(crate) fn replace(&self, list: FaultList) -> Replaced {
        let is_lent = list.is_lent();
        let unlent = is_lent.then(|| self.look().for_what_was_read().clone());
        let lists = self.0.swap(Arc::new(Lists { list: Arc::new(list), unlent }));
        Replaced { lists, is_lent }
    }
}

impl Lists {
    pub(crate) fn list(&self) -> &Arc<FaultList> {
        &self.list
    }

    /// The faults for what has just been read. A direction is lent only when the reads are over
    /// that had begun before, and what they bring cannot be lent any more: it meets the faults of
    /// before.
    pub(crate) fn for_what_was_read(&self) -> &Arc<FaultList> {
        self.unlent.as_ref().unwrap_or(&self.list)
    }
}

impl Replaced {
    /// Lets go of it. If the direction is lent now, this waits until nobody looks at it any more:
    /// for a read or two, which wait for nobody.
    pub(crate) fn settle(self) {
        // The swap has made each look a counted reference.
        while self.is_lent && Arc::strong_count(&self.lists) > 1 {
            thread::yield_now();
        }
        fence(Ordering::Acquire);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::{Duration, Instant};

    use chaosgate_faults::{EntrySpec, Lent, Stall};

    use super::*;

    fn list(spec: impl Into<EntrySpec>) -> FaultList {
        FaultList::default().with(spec.into(), Instant::now()).expect("one entry").0
    }

    fn lent() -> FaultList {
        list(Lent::new("outside", Arc::new(())))
    }

    #[test]
    fn who_lends_a_direction_waits_for_the_looks_that_had_begun() {
        let in_force = Arc::new(InForce::new(list(Stall {})));
        let looks = [in_force.look(), in_force.look()];
        let (sender, receiver) = channel();
        let lending = thread::spawn({
            let in_force = in_force.clone();
            move || {
                let replaced = in_force.replace(lent());
                sender.send("replaced").expect("somebody listens");
                replaced.settle();
                sender.send("lent").expect("somebody listens");
            }
        });
        assert_eq!(receiver.recv(), Ok("replaced"));
        let [first, second] = looks;
        drop(first);
        let later = in_force.look();
        assert!(later.list().is_lent());
        let early = receiver.recv_timeout(Duration::from_millis(50));
        assert_eq!(early, Err(RecvTimeoutError::Timeout));
        drop(second);
        assert_eq!(receiver.recv(), Ok("lent"), "a later look is not waited for");
        lending.join().expect("it has not failed");
        drop(later);
    }

    #[test]
    fn what_was_read_meets_the_last_list_that_did_not_lend() {
        let stalled = |in_force: &InForce| {
            let look = in_force.look();
            look.for_what_was_read().entries().first().map(|entry| entry.name().to_owned())
        };
        let in_force = InForce::new(list(Stall {}));
        for _ in 0..2 {
            in_force.replace(lent()).settle();
            assert_eq!(stalled(&in_force).as_deref(), Some("stall"));
        }
        in_force.replace(FaultList::default()).settle();
        assert_eq!(stalled(&in_force), None);
    }
}
