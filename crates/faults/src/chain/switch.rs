//! What happens on a connection when the list of faults is replaced.

use std::sync::Arc;
use std::time::Instant;

use super::slot::{Progress, Slot};
use super::{Chain, Origin, Sink};
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
    /// Makes `list` the faults of this connection from `now` on.
    ///
    /// A fault whose entry stays in its order keeps all of its state. One that goes lets go at
    /// once of what it held. What is under way still passes the faults that stay, or their updates
    /// in the same place, and never a new one; what has not met a fault yet meets the new ones.
    pub fn switch(&mut self, list: &FaultList, now: Instant) {
        let nothing = self.run_until(now, Sink::Blocked);
        debug_assert!(nothing.is_none(), "a blocked sink takes nothing");
        self.clock = self.clock.max(now);
        if self.slots.is_empty() || list.is_lent() && !self.can_lend_what_waits() {
            // It waits for the sink alone, or will: what has been read cannot be lent any more.
            self.inbox.enter(self.era);
        }
        self.era += 1;

        // What comes from the other direction sees the traffic first, as it was read.
        let parts = list.opposite().iter().map(|entry| (entry, Part::Opposite));
        let parts = parts.chain(list.entries().iter().map(|entry| (entry, Part::Own)));
        let entry_stays =
            |slot: &Slot| parts.clone().any(|(entry, _)| entry.continues(&slot.entry));
        let mut old = std::mem::take(&mut self.slots);
        for (entry, part) in parts.clone() {
            let stays = |slot: &Slot| !slot.leaving && slot.entry.id() == entry.id();
            if let Some(kept) = old.iter().position(stays) {
                for slot in &mut old[..kept] {
                    slot.leave(self.clock, entry_stays(slot));
                }
                self.slots.extend(old.drain(..=kept));
            } else {
                self.slots.extend(self.start(entry, part, &old));
            }
        }
        for slot in &mut old {
            slot.leave(self.clock, entry_stays(slot));
        }
        self.slots.append(&mut old);
        self.note_closing();
        self.drop_gone();
    }

    /// Starts the entry's fault, unless it has no effect on this connection. `old` are the slots
    /// of the list before that have not found their place in the new one.
    fn start(&self, entry: &Arc<Entry>, part: Part, old: &[Slot]) -> Option<Slot> {
        let origin = &self.origin;
        let direction = match part {
            Part::Own => origin.direction,
            Part::Opposite => origin.direction.opposite(),
        };
        let Origin { seed, connection, .. } = *origin;
        let place = Place { seed, connection, direction, name: entry.name() };
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
            connection,
            transport: origin.transport,
            direction,
            seed,
            name: entry.name().to_owned(),
            taken,
            offset,
            waker: origin.waker.clone(),
            shared: entry.shared().clone(),
        };
        let fault = match part {
            Part::Own => entry.fault().start(&meeting),
            Part::Opposite => entry.fault().start_opposite(&meeting),
        }?;
        Some(Slot::new(entry.clone(), fault, Progress { taken, offset }, era))
    }
}
