//! The faults of a direction that are in force, and how they are replaced.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use chaosgate_faults::{Entry, FaultList};

use crate::sync::atomic::{Ordering, fence};
use crate::sync::{ArcSwap, Guard, yield_now};

/// The faults of one direction of a gate: a pointer that everybody looks at, and nobody locks.
#[derive(Debug)]
pub(crate) struct InForce(ArcSwap<Shown>);

/// What is looked at. It is a pointer of its own, of which no copy is kept: so who keeps the lists is
/// none of those who look.
#[derive(Debug)]
pub(crate) struct Shown(Arc<Lists>);

/// The list in force, and what is still to be known of those before it.
#[derive(Debug)]
pub(crate) struct Lists {
    current: Version,
    /// A connection on which nothing comes may show that it has taken the place of the one before:
    /// what acts then by itself, or did, is not the same in both.
    is_turn: bool,
    /// If that lends the direction: the last one that did not.
    unlent: Option<Version>,
    /// Those of before that a connection is to meet though it has not looked while they were in
    /// force, the oldest first.
    past: Vec<Version>,
}

/// A list, and its number among those of the direction.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) list: Arc<FaultList>,
}

/// The most lists of before that are kept for connections that do not look: beyond that the oldest
/// are forgotten, so that a thread which is busy costs no more than so much memory.
const MOST_PAST: usize = 512;

/// A look at the list in force. As long as it lasts, no call that lends the direction returns: who
/// looks before a read keeps it until the read is over.
pub(crate) type Look = Guard<Arc<Shown>>;

/// A list that has been replaced, and those who still look at it.
#[must_use = "they may still read"]
pub(crate) struct Replaced {
    lists: Arc<Shown>,
    /// The one in its place lends the direction.
    is_lent: bool,
}

impl Deref for Shown {
    type Target = Lists;

    fn deref(&self) -> &Lists {
        &self.0
    }
}

impl InForce {
    pub(crate) fn new(list: FaultList) -> Self {
        let current = Version { number: 0, list: Arc::new(list) };
        let lists = Lists { current, is_turn: false, unlent: None, past: Vec::new() };
        InForce(ArcSwap::from_pointee(Shown(Arc::new(lists))))
    }

    pub(crate) fn look(&self) -> Look {
        self.0.load()
    }

    /// The same, to be kept: that is no look, and nobody waits for it.
    pub(crate) fn lists(&self) -> Arc<Lists> {
        self.look().0.clone()
    }

    pub(crate) fn list(&self) -> Arc<FaultList> {
        self.look().list().clone()
    }

    /// Whether this entry is in the list in force, and its time is not over.
    pub(crate) fn has(&self, entry: &Entry) -> bool {
        let look = self.look();
        look.list().at_work(Instant::now()).any(|current| current.id() == entry.id())
    }

    /// Replaces the list. Whoever looks from now on sees this one. All connections have seen the
    /// version `seen`, or a later one. One at a time calls this.
    pub(crate) fn replace(&self, list: FaultList, seen: u64) -> Replaced {
        let before = self.look();
        let is_lent = list.is_lent();
        let next = Lists {
            is_turn: !list.acts_unseen_by_the_same(before.list()),
            current: Version { number: before.number() + 1, list: Arc::new(list) },
            unlent: is_lent.then(|| before.unlent.as_ref().unwrap_or(&before.current).clone()),
            past: before.past_beyond(seen),
        };
        drop(before);
        Replaced { lists: self.0.swap(Arc::new(Shown(Arc::new(next)))), is_lent }
    }

    /// Forgets the lists of before, and gives them: there is no connection any more that would meet
    /// them. Like `replace`, this is called by one at a time.
    pub(crate) fn forget_past(&self) -> Option<Arc<Shown>> {
        let before = self.look();
        let (current, unlent) = (before.current.clone(), before.unlent.clone());
        let is_turn = before.is_turn;
        let has_past = !before.past.is_empty();
        drop(before);
        let forgotten = Lists { current, is_turn, unlent, past: Vec::new() };
        has_past.then(|| self.0.swap(Arc::new(Shown(Arc::new(forgotten)))))
    }
}

impl Lists {
    pub(crate) fn list(&self) -> &Arc<FaultList> {
        &self.current.list
    }

    /// The number of the list in force.
    pub(crate) fn number(&self) -> u64 {
        self.current.number
    }

    /// What a connection is to meet that has seen the version `seen`, in this order: the list in
    /// force is the last of it.
    pub(crate) fn since(&self, seen: u64) -> Vec<Version> {
        let all = self.past.iter().chain(std::iter::once(&self.current));
        all.filter(|version| version.number > seen).cloned().collect()
    }

    /// The same for what has just been read. A direction is lent only when the reads are over that
    /// had begun before, and what they bring cannot be lent any more: it meets the faults of before,
    /// unless these are what the connection has seen.
    pub(crate) fn since_for_what_was_read(&self, seen: u64) -> Vec<Version> {
        let Some(unlent) = &self.unlent else { return self.since(seen) };
        let all = self.past.iter().chain(std::iter::once(unlent));
        let is_new = |version: &&Version| version.number > seen && version.number <= unlent.number;
        let mut new: Vec<_> = all.filter(is_new).cloned().collect();
        new.dedup_by_key(|version| version.number);
        new
    }

    /// The lists that are in the past when this one is replaced, and that some connection is yet to
    /// meet: those by which something begins to act, and those by which it ends.
    fn past_beyond(&self, seen: u64) -> Vec<Version> {
        let all = self.past.iter().chain(self.is_turn.then_some(&self.current));
        let mut past: Vec<_> = all.filter(|version| version.number > seen).cloned().collect();
        past.drain(..past.len().saturating_sub(MOST_PAST));
        past
    }
}

impl Replaced {
    /// Lets go of it. If the direction is lent now, this waits until nobody looks at it any more:
    /// for a read or two, which wait for nobody.
    pub(crate) fn settle(self) {
        // The swap has made each look a counted reference.
        while self.is_lent && Arc::strong_count(&self.lists) > 1 {
            yield_now();
        }
        fence(Ordering::Acquire);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::thread;
    use std::time::{Duration, Instant};

    use chaosgate_faults::{Blackhole, EntrySpec, Lent, OnRemoval, Pass, Reset};

    use super::*;

    fn list(spec: impl Into<EntrySpec>) -> FaultList {
        FaultList::default().with(spec.into(), Instant::now()).expect("one entry").0
    }

    fn lent() -> FaultList {
        list(Lent::new("outside", Arc::new(())))
    }

    #[test]
    fn who_lends_a_direction_waits_for_the_looks_that_had_begun() {
        let in_force = Arc::new(InForce::new(list(Pass {})));
        let looks = [in_force.look(), in_force.look()];
        let (sender, receiver) = channel();
        let lending = thread::spawn({
            let in_force = in_force.clone();
            move || {
                let replaced = in_force.replace(lent(), 0);
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
    fn who_lends_a_direction_does_not_wait_for_those_who_keep_a_list() {
        let in_force = InForce::new(list(Pass {}));
        let kept = in_force.lists();
        let (sender, receiver) = channel();
        thread::spawn(move || {
            in_force.replace(lent(), 0).settle();
            sender.send(()).expect("somebody listens");
        });
        assert_eq!(receiver.recv_timeout(Duration::from_secs(20)), Ok(()));
        assert!(!kept.list().is_lent());
    }

    fn names(versions: Vec<Version>) -> Vec<String> {
        let first =
            |version: Version| version.list.entries().first().map(|one| one.name().to_owned());
        versions.into_iter().map(|version| first(version).unwrap_or_default()).collect()
    }

    #[test]
    fn what_was_read_meets_the_last_list_that_did_not_lend_unless_it_has_been_seen() {
        let in_force = InForce::new(FaultList::default());
        in_force.replace(list(Pass {}), 0).settle();
        for _ in 0..2 {
            in_force.replace(lent(), 0).settle();
            let look = in_force.look();
            assert_eq!(names(look.since_for_what_was_read(0)), ["pass"]);
            assert_eq!(names(look.since_for_what_was_read(1)), [""; 0], "it has met that");
            assert_eq!(names(look.since_for_what_was_read(2)), [""; 0], "it stays as it is");
        }
        in_force.replace(FaultList::default(), 0).settle();
        assert_eq!(names(in_force.look().since_for_what_was_read(2)), [""]);
    }

    fn closing() -> FaultList {
        list(Blackhole { on_removal: OnRemoval::Fin, ..Blackhole::default() })
    }

    #[test]
    fn a_connection_meets_each_list_that_it_would_show_though_it_did_not_look() {
        let in_force = InForce::new(FaultList::default());
        for list in [list(Pass {}), closing(), FaultList::default(), list(Reset::default())] {
            in_force.replace(list, 0).settle();
        }
        in_force.replace(FaultList::default(), 0).settle();
        let since = |seen| names(in_force.look().since(seen));
        assert_eq!(since(0), ["blackhole", "", "reset", ""], "each, and what ended it");
        assert_eq!(since(2), ["", "reset", ""]);
        assert_eq!(since(5), [""; 0]);
        in_force.replace(list(Pass {}), 5).settle();
        assert_eq!(since(0), ["pass"], "all had met what was before");
    }

    #[test]
    fn lists_between_which_nothing_changes_that_acts_unseen_are_not_kept() {
        let in_force = InForce::new(FaultList::default());
        let mut current = list(Reset::default());
        for _ in 0..100 {
            in_force.replace(current.clone(), 0).settle();
            let now = Instant::now();
            current = current.with(Pass {}.into(), now).expect("it needs no other name").0;
        }
        assert_eq!(in_force.look().since(0).len(), 2);
        for _ in 0..100 {
            in_force.replace(list(Pass {}), 0).settle();
        }
        let since = |seen| names(in_force.look().since(seen));
        assert_eq!(since(0), ["reset", "pass", "pass"]);
        assert_eq!(since(1), ["pass", "pass"], "what has been met ends in time too");
    }

    #[test]
    fn of_ten_thousand_switches_that_nobody_looks_at_the_last_are_kept() {
        let in_force = InForce::new(FaultList::default());
        for _ in 0..10_000 {
            in_force.replace(closing(), 0).settle();
            in_force.replace(FaultList::default(), 0).settle();
        }
        assert_eq!(in_force.look().past.len(), MOST_PAST);
        assert_eq!(names(in_force.look().since(19_998)), ["blackhole", ""]);
        let different = |millis| {
            let after = Duration::from_millis(millis);
            list(Reset { after, ..Reset::default() })
        };
        for millis in 0..10_000 {
            in_force.replace(different(millis), 0).settle();
        }
        assert_eq!(in_force.look().past.len(), MOST_PAST);
        drop(in_force.forget_past());
        assert_eq!(names(in_force.look().since(0)), ["reset"]);
    }
}
