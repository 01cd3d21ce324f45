//! What a fault has done to the traffic, as it is counted.

/// What a fault has done to the traffic of a direction since it was last told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often it did something.
    pub hits: u64,
    /// The payload bytes that it discarded.
    pub lost: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, more: Tally) {
        self.hits += more.hits;
        self.lost += more.lost;
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Tally::default()
    }
}
