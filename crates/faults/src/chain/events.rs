//! In which order things happen in a chain.

use std::time::Instant;

use super::event::{Event, Next};
use super::slot::{Leaving, Slot};
use super::{Chain, Closed, Sink};
use crate::outbox::Parcel;
use crate::{Closing, Outbox, Segment};

impl Chain {
    /// Carries out an event that took place at `at`, and is seen to when somebody `looked`; gives the
    /// segment that has come out of the chain, if one has.
    #[inline]
    pub(crate) fn carry_out(
        &mut self,
        at: Instant,
        event: Event,
        looked: Instant,
    ) -> Option<Segment> {
        self.clock = at;
        self.foreseen.forget();
        let era = self.era;
        match event {
            Event::End(place) => self.slots[place].leave(at, era, Leaving::Removed),
            Event::Turn(place) => self.turn(place, at),
            Event::Deadline(place) => self.slots[place].on_deadline(at, era),
            Event::Wait(place) => self.slots[place].on_wait(at, era),
            Event::Full(place) => self.slots[place].on_full(at, era),
            Event::LetGo(place) => self.slots[place].leave(at, era, Leaving::Cut),
            Event::Refusal(place) => self.refuse(place),
            Event::Arrival(place, room) => {
                if let Some(room) = self.reach(place, room, at)
                    && let Some(mut parcel) = self.take_before(place, room, looked)
                {
                    parcel.era.get_or_insert(era);
                    self.slots[place].take(parcel, at);
                    self.begin_if_due(place, at);
                }
            }
            Event::Delivery => {
                let segment = self.take_before(self.slots.len(), usize::MAX, looked)?.segment;
                // Who closes the connection from the other direction sees to its end.
                let is_late_end = self.is_letting_go && self.closed.is_none() && !segment.is_data();
                return Some(segment).filter(|_| !is_late_end);
            }
        }
        self.note_closing();
        None
    }

    /// The earliest event, with the moment at which it takes place; never before the last one.
    #[inline]
    pub(crate) fn next_event(&self, now: Instant, sink: Sink) -> Option<(Instant, Event)> {
        let next = self.foreseen.upcoming(sink, || self.find_next(now, sink));
        self.foreseen.check(|| next == self.find_next(now, sink));
        next
    }

    fn find_next(&self, now: Instant, sink: Sink) -> Option<(Instant, Event)> {
        if self.is_letting_go {
            return self.next_letting_go(sink).map(|event| (self.clock, event));
        }
        let mut next = Next { clock: self.clock, first: None };
        if sink == Sink::Open {
            next.consider(self.queue_before(self.slots.len()).first_due(), Event::Delivery);
        }
        // Whether nothing stands at a place or behind it.
        let mut is_empty = true;
        for (place, slot) in self.slots.iter().enumerate().rev() {
            next.consider(slot.ends_at(), Event::End(place));
            next.consider(slot.turns_at(), Event::Turn(place));
            next.consider(slot.deadline(now), Event::Deadline(place));
            is_empty &= slot.out.is_empty();
            let Some(first) = self.queue_before(place).first() else { continue };
            // A fault that cuts or repeats makes more of what it is given.
            if !is_empty && self.charge() > self.origin.buffer {
                if let Some(holder) = self.in_the_way(place) {
                    next.consider(first.due, Event::Full(holder));
                }
                continue;
            }
            let room = slot.room_for(first);
            if room > 0 {
                let room = if self.is_cut() { room } else { usize::MAX };
                next.consider(first.due, Event::Arrival(place, room));
            } else if slot.is_to_hear_of_wait() && first.segment.is_data() {
                next.consider(first.due, Event::Wait(place));
            }
        }
        if self.is_waited_for
            && self.inbox.is_empty()
            && self.free() == 0
            && let Some(holder) = self.in_the_way(0)
        {
            next.consider(Some(self.clock), Event::Full(holder));
        }
        next.first
    }

    /// The fault that is to be told that the memory is full: nothing goes on by itself at this place
    /// or behind it, and it holds something there.
    fn in_the_way(&self, place: usize) -> Option<usize> {
        let is_dry = self.slots[place..].iter().all(|slot| slot.out.first().is_none());
        let holder = self.slots.iter().rposition(Slot::is_to_hear_of_full);
        holder.filter(|holder| is_dry && *holder >= place)
    }

    /// Where a fault has closed the connection, all that stands before it is discarded; after a
    /// reset at once, all that is under way. Of several, the one furthest down says how it ends: what
    /// those before it had let go comes no further.
    #[inline]
    pub(super) fn note_closing(&mut self) {
        if self.slots.iter().any(|slot| slot.out.closing().is_some()) {
            self.close();
        }
    }

    fn close(&mut self) {
        let at_once = |slot: &Slot| slot.out.closing() == Some(Closing::AtOnce);
        let in_order = |slot: &Slot| slot.out.closing().is_some();
        let at_once = self.slots.iter().position(at_once);
        let Some(place) = at_once.or_else(|| self.slots.iter().rposition(in_order)) else { return };
        let (entry, closing) = (&self.slots[place].entry, self.slots[place].out.closing());
        let is_known =
            |closed: &Closed| closed.entry == entry.id() && Some(closed.closing) == closing;
        if !self.closed.as_ref().is_some_and(is_known) {
            let (by, entry) = (entry.name().to_owned(), entry.id());
            self.closed = closing.map(|closing| Closed { by, closing, entry });
        }
        self.inbox = Outbox::default();
        let discarded = if at_once.is_some() { self.slots.len() } else { place };
        for slot in &mut self.slots[..discarded] {
            slot.discard();
        }
    }

    pub(super) fn drop_gone(&mut self) {
        if self.slots.iter().any(Slot::is_gone) {
            self.slots.retain(|slot| !slot.is_gone());
            self.foreseen.forget();
        }
    }

    #[inline]
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

    /// Takes what comes to this place next, of data no more than `room` bytes.
    #[inline]
    fn take_before(&mut self, place: usize, room: usize, looked: Instant) -> Option<Parcel> {
        match place.checked_sub(1) {
            None => self.inbox.pop(room),
            Some(before) => self.slots[before].give(room, self.clock, looked),
        }
    }
}
