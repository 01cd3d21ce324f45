//! One fault's place in a chain.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::units::ByteRate;
use crate::{Entry, Fault, Outbox, Segment};

/// How far ahead of its schedule a limited rate takes data in.
pub(crate) const AHEAD: Duration = Duration::from_millis(20);

/// The least time between two calls of a fault whose deadline has not moved on, so that a fault
/// that always wants to be called at once cannot stop everything else.
const BREATH: Duration = Duration::from_micros(100);

pub(super) struct Slot {
    pub(super) entry: Arc<Entry>,
    fault: Box<dyn Fault>,
    pub(super) out: Outbox,
    /// Payload bytes that came to this entry on this connection.
    pub(super) taken: u64,
    /// It has been removed: segments pass it by, and the slot goes once its outbox is dry.
    pub(super) leaving: bool,
    waits: bool,
    called: Option<Instant>,
    delay: Duration,
}

impl Slot {
    pub(super) fn new(entry: Arc<Entry>, fault: Box<dyn Fault>, taken: u64) -> Self {
        Slot {
            entry,
            fault,
            out: Outbox::default(),
            taken,
            leaving: false,
            waits: false,
            called: None,
            delay: Duration::ZERO,
        }
    }

    pub(super) fn take(&mut self, segment: Segment, now: Instant) {
        self.waits = false;
        if self.leaving {
            self.out.push(segment, now);
            return;
        }
        self.taken += segment.len() as u64;
        self.fault.on_segment(segment, now, &mut self.out);
        self.delay =
            self.out.last_due().map_or(Duration::ZERO, |due| due.saturating_duration_since(now));
    }

    pub(super) fn room(&self) -> usize {
        if self.leaving { usize::MAX } else { self.fault.room(self.out.held_bytes()) }
    }

    /// How long it delayed the last segment that it was given.
    pub(super) fn delay(&self) -> Duration {
        if self.leaving { Duration::ZERO } else { self.delay }
    }

    pub(super) fn rate(&self) -> Option<ByteRate> {
        if self.leaving { None } else { self.fault.rate() }
    }

    /// A fault that is leaving is called only to release what it holds.
    pub(super) fn deadline(&self, now: Instant) -> Option<Instant> {
        if self.out.closing().is_some() || self.leaving && !self.out.has_held() {
            return None;
        }
        let deadline = self.fault.deadline(now)?;
        Some(self.called.map_or(deadline, |called| deadline.max(called + BREATH)))
    }

    pub(super) fn on_deadline(&mut self, now: Instant) {
        self.fault.on_deadline(now, &mut self.out);
        self.called = Some(now);
    }

    /// Whether the fault has yet to hear that data waits before it.
    pub(super) fn is_to_hear_of_wait(&self) -> bool {
        !self.waits && !self.leaving
    }

    pub(super) fn on_wait(&mut self, now: Instant) {
        if self.is_to_hear_of_wait() {
            self.waits = true;
            self.fault.on_wait(now, &mut self.out);
        }
    }

    /// When the entry ends by itself.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        if self.leaving { None } else { self.entry.ends_at() }
    }

    pub(super) fn leave(&mut self, now: Instant) {
        if !self.leaving {
            self.leaving = true;
            self.fault.on_removal(now, &mut self.out);
        }
    }

    /// Throws away all that is in it.
    pub(super) fn discard(&mut self) {
        self.leaving = true;
        self.out.clear();
    }

    pub(super) fn is_gone(&self) -> bool {
        self.leaving && self.out.is_spent()
    }

    pub(super) fn lets_reset_overtake(&self) -> bool {
        self.leaving || self.fault.lets_reset_overtake()
    }

    pub(super) fn report_hits(&mut self, report: &mut impl FnMut(&Entry, u64)) {
        let hits = self.out.take_hits();
        if hits > 0 {
            report(&self.entry, hits);
        }
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
