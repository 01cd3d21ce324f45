//! In which order things happen in a chain.

use std::time::Instant;

use super::slot::Slot;
use super::{Chain, Closed, Sink};
use crate::{Closing, Outbox, Segment};

/// What happens next. Where several are due at one moment, the one furthest down the chain comes
/// first, since it makes room, and in one place the order is that of the variants.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// The entry in this slot ends by itself.
    End(usize),
    /// The fault in this slot wants to be called.
    Deadline(usize),
    /// A segment gets to this slot, which has so much room for it.
    Arrival(usize, usize),
    /// A segment is due at this slot, which has no room.
    Wait(usize),
    /// A segment has come out of the chain.
    Delivery,
}

impl Chain {
    pub(super) fn run_until(&mut self, now: Instant, sink: Sink) -> Option<Segment> {
        while let Some((at, event)) = self.next_event(now, sink).filter(|(at, _)| *at <= now) {
            self.clock = at;
            match event {
                Event::End(place) => self.slots[place].leave(at, false),
                Event::Deadline(place) => self.slots[place].on_deadline(at),
                Event::Wait(place) => self.slots[place].on_wait(at),
                Event::Arrival(place, room) => {
                    if let Some(mut parcel) = self.queue_before_mut(place).pop(room) {
                        parcel.era.get_or_insert(self.era);
                        self.slots[place].take(parcel, at);
                    }
                }
                Event::Delivery => {
                    let last = self.slots.len();
                    let parcel = self.queue_before_mut(last).pop(usize::MAX);
                    return parcel.map(|parcel| parcel.segment);
                }
            }
            self.note_closing();
        }
        self.drop_gone();
        None
    }

    /// The earliest event, with the moment at which it takes place; never before the last one.
    pub(super) fn next_event(&self, now: Instant, sink: Sink) -> Option<(Instant, Event)> {
        let mut next: Option<(Instant, Event)> = None;
        let mut consider = |at: Option<Instant>, event| {
            let at = at.map(|at| at.max(self.clock));
            if let Some(at) = at.filter(|at| next.is_none_or(|(earliest, _)| *at < earliest)) {
                next = Some((at, event));
            }
        };
        if sink == Sink::Open {
            consider(self.queue_before(self.slots.len()).first_due(), Event::Delivery);
        }
        let is_full = self.charge() > self.origin.buffer;
        let mut is_dry_behind = true;
        for (place, slot) in self.slots.iter().enumerate().rev() {
            consider(slot.ends_at(), Event::End(place));
            consider(slot.deadline(now), Event::Deadline(place));
            // What is held waits for what stands before it.
            is_dry_behind &= slot.out.first().is_none();
            let Some(first) = self.queue_before(place).first() else { continue };
            // Faults that cut can fill the buffer from within: what stands further on goes first.
            if is_full && !is_dry_behind {
                continue;
            }
            let room = slot.room_for(first);
            if room > 0 {
                let room = if self.is_cut() { room } else { usize::MAX };
                consider(first.due, Event::Arrival(place, room));
            } else if slot.is_to_hear_of_wait() && first.segment.is_data() {
                consider(first.due, Event::Wait(place));
            }
        }
        next
    }

    /// Where a fault has closed the connection, all that stands before it is discarded; after a
    /// reset at once, all that is under way.
    pub(super) fn note_closing(&mut self) {
        let at_once = |slot: &Slot| slot.out.closing() == Some(Closing::AtOnce);
        let in_order = |slot: &Slot| slot.out.closing().is_some();
        let at_once = self.slots.iter().position(at_once);
        let Some(place) = at_once.or_else(|| self.slots.iter().rposition(in_order)) else { return };
        if self.closed.is_none() || at_once.is_some() {
            let slot = &self.slots[place];
            let by = slot.entry.name().to_owned();
            self.closed = slot.out.closing().map(|closing| Closed { by, closing });
        }
        self.inbox = Outbox::default();
        let discarded = if at_once.is_some() { self.slots.len() } else { place };
        for slot in &mut self.slots[..discarded] {
            slot.discard();
        }
    }

    pub(super) fn drop_gone(&mut self) {
        self.slots.retain(|slot| !slot.is_gone());
    }

    pub(super) fn queue_before(&self, place: usize) -> &Outbox {
        match place.checked_sub(1) {
            None => &self.inbox,
            Some(before) => &self.slots[before].out,
        }
    }

    pub(super) fn queue_before_mut(&mut self, place: usize) -> &mut Outbox {
        match place.checked_sub(1) {
            None => &mut self.inbox,
            Some(before) => &mut self.slots[before].out,
        }
    }
}
