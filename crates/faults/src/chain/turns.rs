//! How the turns of entries that do not always act go on in a chain.

use std::time::Instant;

use super::Chain;
use super::news::News;
use super::part::Part;
use super::slot::Slot;
use crate::Outbox;

impl Chain {
    /// Something happens by itself with the entry in this slot.
    pub(super) fn turn(&mut self, place: usize, at: Instant) {
        self.slots[place].on_moment(at, self.era);
        self.begin_if_due(place, at);
    }

    /// How many bytes of what comes to this slot next may come at once: no more than `room`, and none that is
    /// to be treated otherwise. `None` if something has changed, and the room with it.
    #[inline]
    pub(super) fn reach(&mut self, place: usize, room: usize, at: Instant) -> Option<usize> {
        if self.slots[place].turn.is_none() {
            Some(room)
        } else {
            self.reach_of_turn(place, room, at)
        }
    }

    fn reach_of_turn(&mut self, place: usize, room: usize, at: Instant) -> Option<usize> {
        let (era, is_datagram) = (self.era, !self.is_cut());
        let (before, slot) = self.around(place);
        let reach = match before.first() {
            Some(first) if !slot.came_before(first) => {
                slot.meet(&first.segment, is_datagram, at, era)
            }
            _ => return Some(room),
        };
        let Some(reach) = reach else {
            self.begin_if_due(place, at);
            return None;
        };
        Some(if is_datagram { room } else { room.min(reach) })
    }

    /// What waits before a slot, and the slot.
    fn around(&mut self, place: usize) -> (&Outbox, &mut Slot) {
        let (before, behind) = self.slots.split_at_mut(place);
        (before.last().map_or(&self.inbox, |slot| &slot.out), &mut behind[0])
    }

    /// What its entries have to tell of themselves to their parts in the other direction.
    pub(crate) fn news(&self) -> impl Iterator<Item = (u64, News)> {
        self.slots.iter().filter(|slot| !slot.leaving).filter_map(|slot| {
            let turn = slot.turn.as_ref()?;
            let acts_there = slot.part == Part::Own && slot.entry.fault().works_both_ways();
            let span = acts_there.then(|| News::Span(turn.span()));
            let matches = (slot.part == Part::Lookout).then_some(News::Matches(turn.meant));
            Some((slot.entry.id(), matches.or(span)?))
        })
    }

    /// An entry has this to tell of itself in the other direction, at `at`.
    pub(crate) fn hear(&mut self, entry: u64, news: News, at: Instant) {
        let part = match news {
            News::Span(_) => Part::Opposite,
            News::Matches(_) => Part::Own,
        };
        let is_it = |slot: &Slot| slot.part == part && slot.entry.id() == entry;
        let Some(place) = self.slots.iter().position(is_it) else { return };
        if self.slots[place].hear(news, at, self.era) {
            self.clock = self.clock.max(at);
            self.foreseen.forget();
            self.begin_if_due(place, at);
            self.note_closing();
        }
    }

    /// Begins the span of the entry in this slot, if its moment has come.
    #[inline]
    pub(super) fn begin_if_due(&mut self, place: usize, at: Instant) {
        if self.slots[place].is_due() {
            self.begin(place, at);
        }
    }

    fn begin(&mut self, place: usize, at: Instant) {
        self.put_back_match(place, at);
        let fault = self.fault_of(&self.slots[place], at);
        self.slots[place].begin(fault, at);
    }

    /// Puts a match that is held back before its fault, which takes it as it has room.
    fn put_back_match(&mut self, place: usize, at: Instant) {
        let slot = &mut self.slots[place];
        if let Some(length) = slot.turn.as_ref().and_then(|turn| turn.held()) {
            slot.progress.offset -= length as u64;
            let held = slot.out.take_held();
            for parcel in held.into_iter().rev() {
                self.queue_before_mut(place).put_first(parcel.segment, at, parcel.era);
            }
        }
    }
}
