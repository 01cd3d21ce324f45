//! What faults have done that are gone. Without it, one that is shorter than the time between two looks
//! at the metrics would never have been.

use std::collections::BTreeMap;

use chaosgate::{Direction, EntryHandle};

/// Of how many names it is kept. For another, that of a name goes that has been silent for longest.
const NAMES: usize = 1_000;

/// What the faults of a gate have done that are gone, by direction and name.
#[derive(Debug, Default)]
pub struct PastHits {
    by_fault: BTreeMap<(Direction, String), Count>,
    moment: u64,
}

#[derive(Debug)]
struct Count {
    hits: u64,
    /// When it was last added to.
    moment: u64,
}

impl PastHits {
    /// Adds what an entry has done that is gone, or no longer itself.
    pub(crate) fn add(&mut self, direction: Direction, entry: &EntryHandle) {
        self.add_hits(direction, entry.name(), entry.hits());
    }

    fn add_hits(&mut self, direction: Direction, name: &str, hits: u64) {
        if hits == 0 {
            return;
        }
        self.moment += 1;
        let none = Count { hits: 0, moment: 0 };
        let count = self.by_fault.entry((direction, name.to_owned())).or_insert(none);
        (count.hits, count.moment) = (count.hits + hits, self.moment);
        if self.by_fault.len() > NAMES
            && let Some((oldest, _)) = self.by_fault.iter().min_by_key(|(_, count)| count.moment)
        {
            let oldest = oldest.clone();
            self.by_fault.remove(&oldest);
        }
    }

    /// These, with what entries have done until now.
    pub(super) fn with_those_of(
        &self,
        entries: impl Iterator<Item = (Direction, EntryHandle)>,
    ) -> BTreeMap<(Direction, String), u64> {
        let past = self.by_fault.iter().map(|(fault, count)| (fault.clone(), count.hits));
        let mut all: BTreeMap<_, _> = past.collect();
        for (direction, entry) in entries {
            *all.entry((direction, entry.name().to_owned())).or_default() += entry.hits();
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_up_to_a_number_and_the_latest_longest() {
        let mut past = PastHits::default();
        past.add_hits(Direction::ToServer, "kept", 1);
        for number in 0..2 * NAMES {
            past.add_hits(Direction::ToServer, &number.to_string(), 1);
            past.add_hits(Direction::ToServer, "kept", 1);
            past.add_hits(Direction::ToServer, "none", 0);
        }
        assert_eq!(past.by_fault.len(), NAMES);
        let kept = &past.by_fault[&(Direction::ToServer, "kept".to_owned())];
        assert_eq!(kept.hits, 1 + 2 * NAMES as u64);
    }
}
