//! What entries that have a part in each direction tell of one in the other.

use std::time::Instant;

use super::{Direction, Duplex};

impl Duplex {
    /// Something has happened in this direction at `at`: tells the other one of what it means there.
    pub(super) fn tell(&mut self, direction: Direction, at: Instant) {
        let (half, other) = self.halves.both_mut(direction);
        let (Some(chain), Some(other)) = (&half.chain, &mut other.chain) else { return };
        if chain.heeds_others() {
            for (entry, news) in chain.news() {
                other.hear(entry, news, at);
            }
        }
    }
}
