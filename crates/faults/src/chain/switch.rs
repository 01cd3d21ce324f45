//! What happens on a connection when the list of faults is replaced.

use std::sync::Arc;
use std::time::Instant;

use super::part::Part;
use super::slot::{Leaving, Slot};
use super::{Chain, Sink};
use crate::{Entry, FaultList};

impl Chain {
    /// Makes `list` the faults of this connection, from the moment at which it was
    /// [set](FaultList::since): until then the faults of before work, however late this is called.
    ///
    /// A fault whose entry stays keeps all of its state, and one that stands elsewhere now takes it
    /// along, unless it holds something. One that goes lets go at once of what it held. What is
    /// under way still passes the faults that stay where they are, or their updates in the same
    /// place, and never a new one; what has not met a fault yet meets the new ones.
    pub fn switch(&mut self, list: &FaultList, now: Instant) {
        let at = self.moment_of(list, now);
        while let Some((moment, event)) =
            self.next_event(at, Sink::Blocked).filter(|(moment, _)| *moment <= at)
        {
            self.carry_out(moment, event, now);
        }
        self.clock = at;
        if self.slots.is_empty() || list.is_lent() && !self.can_lend_what_waits() {
            // It waits for the sink alone, or will: what has been read cannot be lent any more.
            self.inbox.enter(self.era);
        }
        let before = self.era;
        self.era += 1;

        // What comes from the other direction sees the traffic first, as it was read.
        let parts = list.opposite().iter().flat_map(parts_of);
        let parts = parts.chain(list.entries().iter().map(|entry| (entry, Part::Own)));
        let parts: Vec<(&Arc<Entry>, Part)> = parts.collect();
        let leaving = |slot: &Slot| {
            let stays = parts.iter().any(|(entry, _)| entry.continues(&slot.entry));
            if stays { Leaving::Changed } else { Leaving::Removed }
        };
        let mut old = std::mem::take(&mut self.slots);
        let places: Vec<_> = parts.iter().map(|part| find(part, &old)).collect();
        let kept = in_order(&places);
        let mut moved: Vec<Slot> = places
            .iter()
            .flatten()
            .filter(|place| !kept.contains(place))
            .filter_map(|place| old[*place].move_out(self.era))
            .collect();

        for (wanted, place) in parts.iter().zip(places) {
            let is_kept = place.is_some_and(|place| kept.contains(&place));
            if is_kept && let Some(place) = find(wanted, &old) {
                for slot in &mut old[..place] {
                    slot.leave(at, before, leaving(slot));
                }
                self.slots.extend(old.drain(..=place));
            } else if let Some(place) = find(wanted, &moved) {
                self.slots.push(moved.swap_remove(place));
            } else {
                let (entry, part) = *wanted;
                self.slots.extend(self.start(entry, part, &old));
            }
        }
        for slot in &mut old {
            slot.leave(at, before, leaving(slot));
        }
        self.slots.append(&mut old);
        self.foreseen.heeds_others = self.slots.iter().any(|slot| slot.entry.heeds_others());
        self.foreseen.forget();
        self.note_closing();
        self.drop_gone();
    }

    /// From when on a list holds that is seen at `now`.
    pub(crate) fn moment_of(&self, list: &FaultList, now: Instant) -> Instant {
        let since = list.since().map_or(now, |since| since.min(now));
        let at = since.max(self.clock).max(self.origin.connected);
        if !list.is_lent() || self.can_lend_what_waits() {
            return at;
        }
        // What has been read behind it cannot be lent any more, and meets the faults of before.
        self.inbox.last_due().map_or(at, |read| at.max(read))
    }
}

/// The parts that an entry of the other direction has in this one.
fn parts_of(entry: &Arc<Entry>) -> impl Iterator<Item = (&Arc<Entry>, Part)> {
    let looks = entry.spec().when().on_other.is_some().then_some(Part::Lookout);
    let acts = entry.fault().works_both_ways().then_some(Part::Opposite);
    looks.into_iter().chain(acts).map(move |part| (entry, part))
}

/// Where this part of the entry is at work.
fn find((entry, part): &(&Arc<Entry>, Part), slots: &[Slot]) -> Option<usize> {
    let is_it = |slot: &Slot| slot.entry.id() == entry.id() && slot.part == *part;
    slots.iter().position(|slot| !slot.leaving && is_it(slot))
}

/// As many of these places as there can be of which each is behind the one before: those who keep
/// them need not move.
fn in_order(places: &[Option<usize>]) -> Vec<usize> {
    // For each place, the longest such row that ends with it.
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for place in places.iter().flatten() {
        let before = rows.iter().filter(|row| row.last() < Some(place)).max_by_key(|row| row.len());
        let mut row = before.cloned().unwrap_or_default();
        row.push(*place);
        rows.push(row);
    }
    rows.into_iter().max_by_key(Vec::len).unwrap_or_default()
}
