//! One fault's place in a chain.
//!
//! An entry that does not always act has a [`Turn`]: while it waits, or is spent, a fault stands here through
//! which everything passes.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::part::Part;
use super::turn::Turn;
use crate::outbox::{Era, Parcel};
use crate::units::ByteRate;
use crate::{Entry, Fault, Outbox, Segment, Tally};

/// The least time between two calls of a fault, so that one that always wants to be called at once
/// cannot stop everything else.
const BREATH: Duration = Duration::from_micros(100);

pub(super) struct Slot {
    pub(super) entry: Arc<Entry>,
    pub(super) part: Part,
    pub(super) fault: Box<dyn Fault>,
    /// How far the entry has come here, if it does not always act.
    pub(super) turn: Option<Box<Turn>>,
    pub(super) out: Outbox,
    pub(super) progress: Progress,
    /// When it was set. What came in before that passes it by.
    pub(super) era: Era,
    /// It has been removed: segments pass it by, and the slot goes once its outbox is dry.
    pub(super) leaving: bool,
    /// What has been counted, and not been reported yet.
    unreported: Tally,
    pub(super) heard: Heard,
    pub(super) called: Option<Instant>,
    pub(super) delay: Duration,
}

/// How far an entry has come on a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    /// Payload bytes that came to it.
    pub(super) taken: u64,
    /// The place in the stream of the next one.
    pub(super) offset: u64,
}

/// Why a fault goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leaving {
    /// Its entry has been removed, or its time is over.
    Removed,
    /// Its entry stays, with another fault or in another place.
    Changed,
    /// The connection is being closed from the other direction.
    Cut,
}

/// What a fault has heard since it was last given a segment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    /// That data waits before it.
    of_wait: bool,
    /// That the memory is full.
    of_full: bool,
}

impl Slot {
    pub(super) fn new(entry: Arc<Entry>, part: Part, progress: Progress, era: Era) -> Self {
        Slot {
            entry,
            part,
            fault: Box::new(Passing),
            turn: None,
            out: Outbox::default(),
            progress,
            era,
            leaving: false,
            unreported: Tally::default(),
            heard: Heard::default(),
            called: None,
            delay: Duration::ZERO,
        }
    }

    pub(super) fn take(&mut self, parcel: Parcel, now: Instant) {
        self.out.begin(&parcel.segment, parcel.era);
        if self.came_before(&parcel) {
            self.out.push(parcel.segment, now);
            return;
        }
        let length = parcel.segment.len();
        self.progress.offset += length as u64;
        if self.is_passing() {
            self.pass(parcel.segment, now);
            self.count_towards_turn(length);
            return;
        }
        self.heard = Heard::default();
        self.progress.taken += length as u64;
        self.count_towards_turn(length);
        self.fault.on_segment(parcel.segment, now, &mut self.out);
        self.count();
        self.delay =
            self.out.last_due().map_or(Duration::ZERO, |due| due.saturating_duration_since(now));
    }

    /// Takes the next parcel out of its outbox, or of its data no more than `room` bytes: at `now` in the
    /// order of things, and in truth when somebody looked.
    #[inline]
    pub(super) fn give(&mut self, room: usize, now: Instant, looked: Instant) -> Option<Parcel> {
        let parcel = self.out.pop(room);
        self.out.note_left(looked);
        if self.out.has_held() && self.out.first().is_none() && !self.is_over() {
            self.fault.on_drained(now, &mut self.out);
            self.count();
        }
        parcel
    }

    /// Whether the parcel passes by.
    pub(super) fn is_passed_by(&self, parcel: &Parcel) -> bool {
        self.came_before(parcel) || self.is_passing()
    }

    /// Whether the parcel came in before this was set, or nothing is to come to it any more.
    pub(super) fn came_before(&self, parcel: &Parcel) -> bool {
        self.leaving || parcel.era.is_some_and(|era| era < self.era)
    }

    /// The room for segments that come in now.
    pub(super) fn room(&self) -> usize {
        if self.is_passing() { usize::MAX } else { self.fault.room(self.out.held_bytes()) }
    }

    /// The room for this parcel, which is under way already.
    pub(super) fn room_for(&self, parcel: &Parcel) -> usize {
        if self.is_passed_by(parcel) { usize::MAX } else { self.room() }
    }

    /// How long it delayed the last segment that it was given.
    pub(super) fn delay(&self) -> Duration {
        if self.is_passing() { Duration::ZERO } else { self.delay }
    }

    pub(super) fn rate(&self) -> Option<ByteRate> {
        if self.is_passing() { None } else { self.fault.rate() }
    }

    /// A fault that is leaving is called only to release what it holds.
    pub(super) fn deadline(&self, now: Instant) -> Option<Instant> {
        if self.out.closing().is_some() || self.leaving && !self.out.has_held() {
            return None;
        }
        let deadline = self.fault.deadline(now)?;
        Some(self.called.map_or(deadline, |called| deadline.max(called + BREATH)))
    }

    /// Calls the fault; what it lets go on without a segment is of the era `era`.
    pub(super) fn on_deadline(&mut self, now: Instant, era: Era) {
        if self.may_act() {
            self.act(era, |fault, out| fault.on_deadline(now, out));
            self.called = Some(now);
        }
    }

    /// Whether the fault has yet to hear that data waits before it.
    pub(super) fn is_to_hear_of_wait(&self) -> bool {
        !self.heard.of_wait && !self.is_passing()
    }

    pub(super) fn on_wait(&mut self, now: Instant, era: Era) {
        if self.is_to_hear_of_wait() && self.may_act() {
            self.heard.of_wait = true;
            self.act(era, |fault, out| fault.on_wait(now, out));
        }
    }

    /// Whether it holds something, and has yet to hear that the memory is full.
    pub(super) fn is_to_hear_of_full(&self) -> bool {
        self.out.has_held() && !self.heard.of_full && !self.is_over()
    }

    pub(super) fn on_full(&mut self, now: Instant, era: Era) {
        if self.give_up_match(now) {
            return;
        }
        self.heard.of_full = true;
        self.act(era, |fault, out| fault.on_full(now, out));
    }

    /// When the entry ends by itself.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        if self.leaving { None } else { self.entry.ends_at() }
    }

    /// Goes as soon as its outbox is dry.
    pub(super) fn leave(&mut self, now: Instant, era: Era, why: Leaving) {
        if std::mem::replace(&mut self.leaving, true) {
            return;
        }
        if self.out.closing().is_some() {
            // It has closed the connection and has no further say.
            self.out.release(now);
            return;
        }
        self.act(era, |fault, out| match why {
            Leaving::Removed => fault.on_removal(now, out),
            Leaving::Changed => fault.on_update(now, out),
            Leaving::Cut => fault.on_cut(now, out),
        });
    }

    /// Gives up its fault to another place, where it goes on as it is, and keeps what is due here. A
    /// fault that holds something cannot go: that stands in its outbox.
    pub(super) fn move_out(&mut self, era: Era) -> Option<Slot> {
        if self.out.has_held() || self.is_over() {
            return None;
        }
        self.leaving = true;
        let fault = std::mem::replace(&mut self.fault, Box::new(Passing));
        let moved = Slot::new(self.entry.clone(), self.part, self.progress, era);
        Some(Slot { fault, turn: self.turn.take(), called: self.called, ..moved })
    }

    /// Whether its fault has no further say.
    fn is_over(&self) -> bool {
        self.leaving || self.out.closing().is_some()
    }

    /// Lets the fault do something without a segment; what comes of it is of this era.
    pub(super) fn act(&mut self, era: Era, act: impl FnOnce(&mut dyn Fault, &mut Outbox)) {
        self.out.begin_without(era);
        act(&mut *self.fault, &mut self.out);
        self.count();
    }

    /// Counts what the fault has just done, before it can show anywhere.
    fn count(&mut self) {
        let tally = self.out.take_tally();
        if !tally.is_empty() {
            self.entry.add_hits(tally.hits);
            if let Some(turn) = self.turn.as_mut().filter(|_| tally.hits > 0) {
                turn.hit();
            }
            self.unreported.add(tally);
        }
    }

    /// Throws away all that is in it.
    pub(super) fn discard(&mut self) {
        self.leaving = true;
        self.out.clear();
    }

    pub(super) fn is_gone(&self) -> bool {
        self.leaving && self.out.is_empty() && self.unreported.is_empty()
    }

    pub(super) fn lets_reset_overtake(&self) -> bool {
        self.leaving || self.fault.lets_reset_overtake()
    }

    pub(super) fn report(&mut self, report: &mut impl FnMut(&Entry, Tally)) {
        let tally = std::mem::take(&mut self.unreported);
        if !tally.is_empty() {
            report(&self.entry, tally);
        }
    }
}

/// What stands in a slot whose fault has moved, or has not begun.
pub(super) struct Passing;

impl Fault for Passing {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        out.push(segment, now);
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot")
            .field("entry", &self.entry.name())
            .field("out", &self.out)
            .field("leaving", &self.leaving)
            .finish_non_exhaustive()
    }
}
