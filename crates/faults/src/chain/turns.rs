//! How the turns of entries that do not always act go on.

use std::time::Instant;

use super::Chain;
use super::part::Part;
use super::slot::{Heard, Passing, Slot};
use super::turn::Turn;
use crate::outbox::Era;
use crate::{Fault, Outbox};

impl Chain {
    /// Something happens by itself with the entry in this slot.
    pub(super) fn turn(&mut self, place: usize, at: Instant) {
        self.slots[place].on_moment(at, self.era);
        self.begin_if_due(place, at);
    }

    /// How many bytes of what comes to this slot next may come at once: no more than `room`, and none that is
    /// to be treated otherwise.
    pub(super) fn reach(&mut self, place: usize, room: usize, at: Instant) -> usize {
        let (era, is_cut) = (self.era, self.is_cut());
        let (before, slot) = self.around(place);
        match before.first() {
            Some(first) if slot.turn.is_some() && !slot.came_before(first) => {
                let reach = slot.meet(at, era);
                if is_cut { room.min(reach) } else { room }
            }
            _ => room,
        }
    }

    /// What waits before a slot, and the slot.
    fn around(&mut self, place: usize) -> (&Outbox, &mut Slot) {
        let (before, behind) = self.slots.split_at_mut(place);
        (before.last().map_or(&self.inbox, |slot| &slot.out), &mut behind[0])
    }

    /// The entries that have a part in the other direction, and which of their spans here is not over.
    pub(crate) fn leads(&self) -> impl Iterator<Item = (u64, Option<u64>)> {
        let led = self.slots.iter().filter(|slot| slot.part == Part::Own && !slot.leaving);
        let led = led.filter(|slot| slot.entry.fault().works_both_ways());
        led.filter_map(|slot| Some((slot.entry.id(), slot.turn.as_ref()?.span())))
    }

    /// The part that an entry has here begins and ends with the one in the other direction, whose span this
    /// is at `at`.
    pub(crate) fn follow(&mut self, entry: u64, span: Option<u64>, at: Instant) {
        let is_it = |slot: &Slot| slot.part == Part::Opposite && slot.entry.id() == entry;
        let Some(place) = self.slots.iter().position(is_it) else { return };
        let known = self.slots[place].turn.as_ref().map(|turn| turn.span());
        if known.is_some_and(|known| known != span) {
            self.clock = self.clock.max(at);
            self.foreseen.forget();
            self.slots[place].follow(span, at, self.era);
            self.begin_if_due(place, at);
        }
    }

    /// Begins the span of the entry in this slot, if its moment has come.
    pub(super) fn begin_if_due(&mut self, place: usize, at: Instant) {
        if self.slots[place].is_due() {
            let fault = self.fault_of(&self.slots[place], at);
            self.slots[place].begin(fault, at);
        }
    }
}

impl Slot {
    /// Whether what comes passes by: it leaves, or its entry does not act here now.
    pub(super) fn is_passing(&self) -> bool {
        let is_out = |turn: &Turn| !turn.is_working() || turn.is_used_up();
        self.leaving || self.turn.as_deref().is_some_and(is_out)
    }

    /// Whether its fault is to be made.
    pub(super) fn is_due(&self) -> bool {
        !self.leaving && self.turn.as_deref().is_some_and(Turn::is_due)
    }

    /// When something happens by itself with its turn.
    pub(super) fn turns_at(&self) -> Option<Instant> {
        if self.leaving || self.out.closing().is_some() {
            None
        } else {
            self.turn.as_ref()?.moment()
        }
    }

    /// Begins a span; without a fault, one that has no effect.
    pub(super) fn begin(&mut self, fault: Option<Box<dyn Fault>>, now: Instant) {
        let Some(turn) = &mut self.turn else { return };
        turn.begin(&self.entry, self.part, now);
        // Of the fault before, which stayed for that.
        self.out.release(now);
        self.fault = fault.unwrap_or_else(|| Box::new(Passing));
        (self.heard, self.called) = (Heard::default(), None);
    }

    /// Something comes: a span that is used up is over. Gives how many bytes may come at once.
    fn meet(&mut self, now: Instant, era: Era) -> usize {
        if self.turn.as_deref().is_some_and(Turn::is_used_up) {
            self.end_span(now, era);
        } else if !self.is_passing() {
            self.may_act();
        }
        self.turn.as_ref().map_or(usize::MAX, |turn| turn.reach())
    }

    /// Whether the fault may do something now. If it may not, since the entry has acted as often as it may,
    /// its span is over.
    pub(super) fn may_act(&mut self) -> bool {
        let Some(turn) = &mut self.turn else { return true };
        let may_act = self.leaving || turn.may_act(&self.entry);
        if !may_act {
            turn.end();
            self.stand_aside();
        }
        may_act
    }

    pub(super) fn count_towards_turn(&mut self, segment: usize) {
        if let Some(turn) = &mut self.turn {
            turn.count(segment);
        }
    }

    /// The fault goes as if it were removed.
    fn end_span(&mut self, now: Instant, era: Era) {
        if self.out.closing().is_some() {
            return;
        }
        self.act(era, |fault, out| fault.on_removal(now, out));
        if let Some(turn) = &mut self.turn {
            turn.end();
        }
        if !self.out.has_held() {
            self.stand_aside();
        }
    }

    /// Lets everything pass.
    fn stand_aside(&mut self) {
        self.fault = Box::new(Passing);
        (self.heard, self.called) = (Heard::default(), None);
    }

    fn follow(&mut self, span: Option<u64>, now: Instant, era: Era) {
        if self.turn.as_deref().is_some_and(Turn::is_working) {
            self.end_span(now, era);
        }
        if let Some(turn) = &mut self.turn {
            turn.follow(span);
        }
    }

    fn on_moment(&mut self, now: Instant, era: Era) {
        let Some(turn) = &mut self.turn else { return };
        if turn.is_working() {
            self.end_span(now, era);
        } else {
            turn.on_moment(&self.entry);
        }
    }
}
