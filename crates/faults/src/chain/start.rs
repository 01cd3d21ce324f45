//! How an entry begins on a connection: its coin, its turn, and its fault when that has come.

use std::sync::Arc;
use std::time::Instant;

use super::Chain;
use super::part::Part;
use super::slot::{Progress, Slot};
use super::turn::Turn;
use crate::chance::Place;
use crate::{Direction, Entry, Fault, Meeting, Series};

impl Chain {
    /// The slot of a part of an entry, unless it has no effect on this connection. `old` are the slots of the
    /// list before that have not found their place in the new one.
    pub(super) fn start(&self, entry: &Arc<Entry>, part: Part, old: &[Slot]) -> Option<Slot> {
        let origin = &self.origin;
        if self.closed.is_some()
            || entry.has_ended(self.clock)
            || !entry.means(origin.connection, origin.client)
            || self.draws(entry, part).coin() >= entry.probability().get()
        {
            return None;
        }
        let earlier = |slot: &&Slot| entry.continues(&slot.entry) && slot.part == part;
        let taken = self.slots.iter().chain(old).filter(earlier).map(|slot| slot.progress.taken);
        let taken = taken.max().unwrap_or(0);
        // What has not come to the fault that it updates has yet to come to this one.
        let updated =
            old.iter().filter(earlier).find(|slot| !slot.leaving && !entry.fault().lends());
        let (era, offset) = updated.map_or_else(
            || (self.era, self.received - self.inbox.bytes_to_enter()),
            |slot| (slot.era, slot.progress.offset),
        );
        let mut slot = Slot::new(entry.clone(), part, Progress { taken, offset }, era);
        let same = updated.filter(|slot| slot.entry.spec().when() == entry.spec().when());
        let same = same.and_then(|slot| slot.turn.as_deref());
        slot.turn = Turn::new(entry, part, same, self.clock).map(Box::new);
        if slot.turn.is_none() {
            slot.fault = self.fault_of(&slot, self.clock)?;
        } else if slot.is_due() {
            slot.begin(self.fault_of(&slot, self.clock), self.clock);
        }
        Some(slot)
    }

    /// The fault of a slot, unless it has no effect.
    pub(super) fn fault_of(&self, slot: &Slot, now: Instant) -> Option<Box<dyn Fault>> {
        let (entry, origin) = (&slot.entry, &self.origin);
        let Place { seed, connection: draws_as, direction, .. } = self.draws(entry, slot.part);
        let meeting = Meeting {
            now,
            connected: origin.connected,
            connection: origin.connection,
            transport: origin.transport,
            direction,
            seed,
            draws_as,
            name: entry.name().to_owned(),
            taken: slot.progress.taken,
            offset: slot.progress.offset,
            waker: origin.waker.clone(),
            set_at: entry.set_at(),
            shared: entry.shared().clone(),
        };
        match slot.part {
            Part::Own => entry.fault().start(&meeting),
            Part::Opposite => entry.fault().start_opposite(&meeting),
            Part::Lookout => None,
        }
    }

    /// Where the draws of an entry come from.
    fn draws<'a>(&self, entry: &'a Entry, part: Part) -> Place<'a> {
        let origin = &self.origin;
        // What is set keeps its coin on a connection that stands, whatever begins later.
        let series: &Series = origin.series.or_later(entry.series());
        let direction: Direction = match part {
            Part::Own => origin.direction,
            Part::Opposite | Part::Lookout => origin.direction.opposite(),
        };
        Place {
            seed: series.seed(),
            connection: series.number_of(origin.connection),
            direction,
            name: entry.name(),
        }
    }
}
