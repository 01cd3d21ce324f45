//! A chain that lets go of all that is under way, since its connection is being closed from the
//! other direction.

use super::event::Event;
use super::{Chain, Sink};

impl Chain {
    /// Lets go of all that is under way, in order and at once. It is still treated by the faults that
    /// it has yet to meet, and what one of them takes no more is lost. No end of stream comes out:
    /// whoever closes the connection sees to that.
    pub fn let_go(&mut self) {
        self.is_letting_go = true;
        self.foreseen.forget();
        // There is no room for anything more.
        self.ended = true;
    }

    /// One thing after another, what is furthest down first: so no more is under way at once than
    /// there was.
    pub(super) fn next_letting_go(&self, sink: Sink) -> Option<Event> {
        let last = self.slots.len();
        if self.queue_before(last).first().is_some() {
            return (sink == Sink::Open).then_some(Event::Delivery);
        }
        for (place, slot) in self.slots.iter().enumerate().rev() {
            let Some(first) = self.queue_before(place).first() else { continue };
            // A rate has no say any more.
            let room = if slot.rate().is_some() { usize::MAX } else { slot.room_for(first) };
            return Some(match room {
                0 => Event::Refusal(place),
                _ if self.is_cut() => Event::Arrival(place, room),
                _ => Event::Arrival(place, usize::MAX),
            });
        }
        // Nothing goes on by itself: the first fault lets go of what it holds, and so on.
        let place = self.slots.iter().position(|slot| !slot.leaving || slot.out.has_held())?;
        let is_stuck = self.slots[place].leaving;
        Some(if is_stuck { Event::Refusal(place + 1) } else { Event::LetGo(place) })
    }

    /// What stands before this place goes no further.
    pub(super) fn refuse(&mut self, place: usize) {
        self.lost += self.queue_before_mut(place).len();
        self.queue_before_mut(place).clear();
    }
}
