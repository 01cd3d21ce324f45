//! In which order things happen in a chain.

use std::time::Instant;

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
    /// A segment gets to this slot.
    Arrival(usize),
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
                Event::End(place) => self.slots[place].leave(at),
                Event::Deadline(place) => self.slots[place].on_deadline(at),
                Event::Wait(place) => self.slots[place].on_wait(at),
                Event::Arrival(place) => {
                    let room = self.slots[place].room();
                    if let Some(segment) = self.queue_before(place).pop(room) {
                        self.slots[place].take(segment, at);
                    }
                }
                Event::Delivery => {
                    let last = self.slots.len();
                    return self.queue_before(last).pop(usize::MAX);
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
            consider(self.last_queue().first_due(), Event::Delivery);
        }
        let mut queues = self.queues().rev().skip(1);
        for (place, slot) in self.slots.iter().enumerate().rev() {
            consider(slot.ends_at(), Event::End(place));
            consider(slot.deadline(now), Event::Deadline(place));
            let Some(before) = queues.next() else { break };
            if slot.room() > 0 {
                consider(before.first_due(), Event::Arrival(place));
            } else if slot.is_to_hear_of_wait() && before.first().is_some_and(Segment::is_data) {
                consider(before.first_due(), Event::Wait(place));
            }
        }
        next
    }

    /// Where an outbox has ended the connection, all that stands before it is discarded.
    pub(super) fn note_closing(&mut self) {
        for place in (0..self.slots.len()).rev() {
            let Some(closing) = self.slots[place].out.closing() else { continue };
            let known = self.closed.as_ref().map(|closed| closed.closing);
            if known.is_none() || closing == Closing::AtOnce && known != Some(Closing::AtOnce) {
                let by = self.slots[place].entry.name().to_owned();
                self.closed = Some(Closed { by, closing });
                self.inbox = Outbox::default();
                for before in &mut self.slots[..place] {
                    before.discard();
                }
            }
        }
    }

    pub(super) fn drop_gone(&mut self) {
        self.slots.retain(|slot| !slot.is_gone());
    }

    /// The queues in the order in which segments travel: the inbox, then each slot's outbox.
    fn queues(&self) -> impl DoubleEndedIterator<Item = &Outbox> {
        std::iter::once(&self.inbox).chain(self.slots.iter().map(|slot| &slot.out))
    }

    fn last_queue(&self) -> &Outbox {
        self.slots.last().map_or(&self.inbox, |slot| &slot.out)
    }

    fn queue_before(&mut self, place: usize) -> &mut Outbox {
        match place.checked_sub(1) {
            None => &mut self.inbox,
            Some(before) => &mut self.slots[before].out,
        }
    }
}
