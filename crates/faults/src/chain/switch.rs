//! What happens on a connection when the list of faults is replaced.

use std::sync::Arc;
use std::time::Instant;

use super::slot::{Leaving, Progress, Slot};
use super::{Chain, Sink};
use crate::chance::Place;
use crate::{Entry, FaultList, Meeting};

/// Which part of an entry a chain has: the one for the direction on whose list it stands, or the
/// one for the other.
#[derive(Debug, Clone, Copy)]
enum Part {
    Own,
    Opposite,
}

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
        let parts = list.opposite().iter().map(|entry| (entry, Part::Opposite));
        let parts = parts.chain(list.entries().iter().map(|entry| (entry, Part::Own)));
        let parts: Vec<(&Arc<Entry>, Part)> = parts.collect();
        let leaving = |slot: &Slot| {
            let stays = parts.iter().any(|(entry, _)| entry.continues(&slot.entry));
            if stays { Leaving::Changed } else { Leaving::Removed }
        };
        let mut old = std::mem::take(&mut self.slots);
        let places: Vec<_> = parts.iter().map(|(entry, _)| find(entry, &old)).collect();
        let kept = in_order(&places);
        let mut moved: Vec<Slot> = places
            .iter()
            .flatten()
            .filter(|place| !kept.contains(place))
            .filter_map(|place| old[*place].move_out(self.era))
            .collect();

        for ((entry, part), place) in parts.iter().zip(places) {
            let is_kept = place.is_some_and(|place| kept.contains(&place));
            if is_kept && let Some(place) = find(entry, &old) {
                for slot in &mut old[..place] {
                    slot.leave(at, before, leaving(slot));
                }
                self.slots.extend(old.drain(..=place));
            } else if let Some(place) = moved.iter().position(|slot| slot.entry.id() == entry.id())
            {
                self.slots.push(moved.swap_remove(place));
            } else {
                self.slots.extend(self.start(entry, *part, &old));
            }
        }
        for slot in &mut old {
            slot.leave(at, before, leaving(slot));
        }
        self.slots.append(&mut old);
        self.foreseen.heeds_others =
            self.slots.iter().any(|slot| slot.entry.fault().heeds_others());
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

    /// Starts the entry's fault, unless it has no effect on this connection. `old` are the slots
    /// of the list before that have not found their place in the new one.
    fn start(&self, entry: &Arc<Entry>, part: Part, old: &[Slot]) -> Option<Slot> {
        let origin = &self.origin;
        let direction = match part {
            Part::Own => origin.direction,
            Part::Opposite => origin.direction.opposite(),
        };
        // What is set keeps its coin on a connection that stands, whatever begins later.
        let series = origin.series.or_later(entry.series());
        let (seed, draws_as) = (series.seed(), series.number_of(origin.connection));
        let place = Place { seed, connection: draws_as, direction, name: entry.name() };
        if self.closed.is_some()
            || entry.has_ended(self.clock)
            || place.coin() >= entry.probability().get()
        {
            return None;
        }
        let earlier = |slot: &&Slot| entry.continues(&slot.entry);
        let taken = self.slots.iter().chain(old).filter(earlier).map(|slot| slot.progress.taken);
        let taken = taken.max().unwrap_or(0);
        // What has not come to the fault that it updates has yet to come to this one.
        let updated =
            old.iter().filter(earlier).find(|slot| !slot.leaving && !entry.fault().lends());
        let (era, offset) = updated.map_or_else(
            || (self.era, self.received - self.inbox.bytes_to_enter()),
            |slot| (slot.era, slot.progress.offset),
        );
        let meeting = Meeting {
            now: self.clock,
            connected: origin.connected,
            connection: origin.connection,
            transport: origin.transport,
            direction,
            seed,
            draws_as,
            name: entry.name().to_owned(),
            taken,
            offset,
            waker: origin.waker.clone(),
            set_at: entry.set_at(),
            shared: entry.shared().clone(),
        };
        let fault = match part {
            Part::Own => entry.fault().start(&meeting),
            Part::Opposite => entry.fault().start_opposite(&meeting),
        }?;
        Some(Slot::new(entry.clone(), fault, Progress { taken, offset }, era))
    }
}

/// Where the entry's fault is at work.
fn find(entry: &Entry, slots: &[Slot]) -> Option<usize> {
    slots.iter().position(|slot| !slot.leaving && slot.entry.id() == entry.id())
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
