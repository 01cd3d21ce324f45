//! Which way of accepting may be in force when.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use chaosgate::Accepting::{self, Accept, Hold, Mute, Refuse, Reset, Timeout};

/// The ways that follow one another, again and again. There is time between two `Accept` for a
/// client that was let through wrongly to be found out. `Timeout` does not follow `Refuse`: for a
/// moment between the two, as between any other two, clients may be connected.
const ROUND: [Accepting; 32] = [
    Accept, Hold, Reset, Mute, Reset, Hold, Mute, Hold, //
    Accept, Reset, Mute, Hold, Reset, Timeout, Mute, Reset, //
    Accept, Mute, Refuse, Hold, Reset, Hold, Mute, Timeout, //
    Accept, Timeout, Hold, Timeout, Mute, Refuse, Hold, Reset,
];

/// The version that is in force is known to two: whoever loads `done` knows that it is this one or
/// a later one, whoever loads `begun`, that it is this one or an earlier one.
#[derive(Default)]
pub(crate) struct Versions {
    begun: AtomicU64,
    done: AtomicU64,
    are_over: AtomicBool,
}

impl Versions {
    /// Carries out the switch to `version` by `set`.
    pub(crate) fn switch(&self, version: u64, set: impl FnOnce(Accepting)) {
        self.begun.store(version, SeqCst);
        set(accepting(version));
        self.done.store(version, SeqCst);
    }

    /// What begins after this call meets this version or a later one.
    pub(crate) fn earliest(&self) -> u64 {
        self.done.load(SeqCst)
    }

    /// What has ended before this call has met this version or an earlier one.
    pub(crate) fn latest(&self) -> u64 {
        self.begun.load(SeqCst)
    }

    /// There are no more switches.
    pub(crate) fn end(&self) {
        self.are_over.store(true, SeqCst);
    }

    pub(crate) fn are_over(&self) -> bool {
        self.are_over.load(SeqCst)
    }
}

/// All versions that something may have met, from the first to the last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl Span {
    /// Whether one of these ways may have been in force.
    pub(crate) fn has(self, any_of: &[Accepting]) -> bool {
        let mut versions = self.first..=self.last;
        self.last - self.first >= ROUND.len() as u64
            || versions.any(|version| any_of.contains(&accepting(version)))
    }

    /// The way that was in force, if there was only one.
    pub(crate) fn only(self) -> Option<Accepting> {
        (self.first == self.last).then(|| accepting(self.first))
    }

    /// The ways that may have been in force, to be shown.
    pub(crate) fn ways(self) -> Vec<Accepting> {
        (self.first..=self.last).take(ROUND.len()).map(accepting).collect()
    }
}

/// The way of accepting of a version.
fn accepting(version: u64) -> Accepting {
    let place = usize::try_from(version).expect("a small number") % ROUND.len();
    ROUND[place]
}
