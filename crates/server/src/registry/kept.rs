//! A gate, and what is kept beside it.

use std::collections::BTreeMap;

use chaosgate::{AnyGate, Direction, EntryHandle};
use tokio::sync::watch;

use super::past_hits::PastHits;

/// A gate, and what interfaces keep beside it.
#[derive(Debug)]
pub struct Kept<B> {
    /// The gate.
    pub gate: AnyGate,
    /// What its faults have done that are gone.
    pub past_hits: PastHits,
    /// What interfaces keep beside it.
    pub beside: B,
    /// Goes with it.
    presence: watch::Sender<()>,
}

impl<B> Kept<B> {
    /// A gate without a past.
    pub fn new(gate: AnyGate, beside: B) -> Self {
        let (past_hits, presence) = Default::default();
        Kept { gate, past_hits, beside, presence }
    }

    /// Waits until it is kept no more.
    pub(crate) fn gone(&self) -> impl Future<Output = ()> + Send + use<B> {
        let mut presence = self.presence.subscribe();
        async move { while presence.changed().await.is_ok() {} }
    }

    /// What all its faults have done, those that are gone included, by direction and name.
    pub(crate) fn all_hits(&self) -> BTreeMap<(Direction, String), u64> {
        self.past_hits.with_those_of(entries(&self.gate))
    }

    /// Changes faults of the gate, and keeps what those have done that go.
    pub(crate) fn change_faults<T>(&mut self, change: impl FnOnce(&AnyGate) -> T) -> T {
        let before: Vec<_> = entries(&self.gate).collect();
        let changed = change(&self.gate);
        let after: Vec<_> = entries(&self.gate).collect();
        for (direction, entry) in before.iter().filter(|entry| !after.contains(entry)) {
            self.past_hits.add(*direction, entry);
        }
        changed
    }
}

/// All faults of a gate; those too whose time is over, until a change clears them away.
fn entries(gate: &AnyGate) -> impl Iterator<Item = (Direction, EntryHandle)> {
    let of = |direction| {
        gate.faults(direction).list_with_ended().into_iter().map(move |one| (direction, one))
    };
    Direction::BOTH.into_iter().flat_map(of)
}
