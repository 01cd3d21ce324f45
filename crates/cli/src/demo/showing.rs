//! How a condition is shown.

use chaosgate_trial::Condition;

use super::observed::Observed;

/// A condition, shown by a client that does a `D` meanwhile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Showing<D> {
    pub(super) condition: &'static Condition,
    /// What the client does meanwhile.
    pub(super) deed: D,
    /// How often the fault has to hit, at least.
    pub(super) hits: u64,
    /// Whether this is what must be seen: by the client first of all, but also by the server and
    /// the gate, where another condition looks the same to the client.
    pub(super) shows: fn(&Observed) -> bool,
}

impl<D: Copy> Showing<D> {
    /// One in which a fault has to hit once.
    pub(super) const fn new(
        condition: &'static Condition,
        deed: D,
        shows: fn(&Observed) -> bool,
    ) -> Self {
        Showing { condition, deed, hits: condition.cause.least_hits(), shows }
    }

    /// The same, with more hits.
    pub(super) const fn hitting(self, hits: u64) -> Self {
        Showing { hits, ..self }
    }
}
