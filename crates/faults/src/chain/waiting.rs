//! A slot whose entry does not always act.

use std::time::{Duration, Instant};

use super::look::Coming;
use super::news::News;
use super::slot::{Heard, Passing, Slot};
use super::turn::Turn;
use crate::outbox::Era;
use crate::{Fault, Segment};

impl Slot {
    /// Whether what comes passes by: it leaves, or its entry does not act here now.
    #[inline]
    pub(super) fn is_passing(&self) -> bool {
        let is_out = |turn: &Turn| !turn.is_working() || turn.is_used_up();
        self.leaving || self.turn.as_deref().is_some_and(is_out)
    }

    /// Whether its fault is to be made.
    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.turn.as_deref().is_some_and(Turn::is_due) && !self.leaving
    }

    /// When something happens by itself with its turn.
    #[inline]
    pub(super) fn turns_at(&self) -> Option<Instant> {
        let turn = self.turn.as_ref()?;
        if self.leaving || self.out.closing().is_some() { None } else { turn.moment() }
    }

    /// Begins a span; without a fault, one that has no effect.
    pub(super) fn begin(&mut self, fault: Option<Box<dyn Fault>>, now: Instant) {
        let Some(turn) = &mut self.turn else { return };
        turn.begin(&self.entry, now);
        // Of the fault before, which stayed for that.
        self.out.release(now);
        self.put(fault.unwrap_or_else(|| Box::new(Passing)));
    }

    /// Something comes: a span that is used up is over, one that begins may be refused, and one that waits for
    /// a match looks. Gives how many bytes may come at once; `None` if something has changed.
    pub(super) fn meet(
        &mut self,
        segment: &Segment,
        is_datagram: bool,
        now: Instant,
        era: Era,
    ) -> Option<usize> {
        if self.turn.as_deref().is_some_and(Turn::is_used_up) && self.out.closing().is_none() {
            self.end_span(now, era);
            return None;
        }
        if !self.is_passing() && !self.may_act() {
            return None;
        }
        let turn = self.turn.as_mut()?;
        match segment {
            Segment::Data(bytes) if !turn.is_working() => {
                let held = self.out.held_text();
                turn.look(&self.entry, &Coming { bytes, held, is_datagram, now })
            }
            _ => Some(turn.reach()),
        }
    }

    /// Lets a segment pass, or holds it back, if it may be a match.
    pub(super) fn pass(&mut self, segment: Segment, now: Instant) {
        if !segment.is_data() {
            self.give_up_match(now);
        }
        let kept = self.turn.as_ref().and_then(|turn| turn.holds());
        let Some(kept) = kept.filter(|kept| *kept > 0 || self.out.has_held()) else {
            self.out.push(segment, now);
            return;
        };
        self.out.hold(segment);
        let outside = self.out.bytes_held_back() - kept;
        if outside > 0 {
            self.out.release_first(outside, now);
        }
    }

    /// What is held back since it may be a match is none.
    pub(super) fn give_up_match(&mut self, now: Instant) -> bool {
        let Some(turn) = self.turn.as_mut().filter(|turn| turn.holds().is_some()) else {
            return false;
        };
        turn.on_moment(&self.entry);
        self.out.release(now);
        true
    }

    /// Whether the fault may do something now. If it may not, since the entry has acted as often as it may,
    /// its span is over.
    #[inline]
    pub(super) fn may_act(&mut self) -> bool {
        let Some(turn) = &mut self.turn else { return true };
        let may_act = self.leaving || turn.may_act(&self.entry);
        if !may_act {
            turn.end(&self.entry);
            self.put(Box::new(Passing));
        }
        may_act
    }

    #[inline]
    pub(super) fn count_towards_turn(&mut self, segment: usize) {
        if let Some(turn) = &mut self.turn {
            turn.count(&self.entry, segment);
        }
    }

    /// The fault goes as if it were removed.
    fn end_span(&mut self, now: Instant, era: Era) {
        if self.out.closing().is_some() {
            return;
        }
        self.act(era, |fault, out| fault.on_removal(now, out));
        if let Some(turn) = &mut self.turn {
            turn.end(&self.entry);
            if turn.holds().is_some() {
                self.out.release(now);
            }
        }
        // A fault that leaves something held stays to release it.
        if !self.out.has_held() {
            self.put(Box::new(Passing));
        }
    }

    /// Puts another fault here, which knows of nothing yet.
    fn put(&mut self, fault: Box<dyn Fault>) {
        self.fault = fault;
        (self.heard, self.called, self.delay) = (Heard::default(), None, Duration::ZERO);
    }

    /// Its entry tells this in the other direction. Gives whether that is new.
    pub(super) fn hear(&mut self, news: News, now: Instant, era: Era) -> bool {
        let Some(turn) = self.turn.as_deref() else { return false };
        let (is_new, is_over) = match news {
            News::Matches(meant) => (turn.meant != meant, turn.is_used_up()),
            News::Span(span) => (turn.span() != span, turn.is_working()),
        };
        if is_new && is_over {
            self.end_span(now, era);
        }
        if let Some(turn) = self.turn.as_mut().filter(|_| is_new) {
            match news {
                News::Matches(meant) => turn.hear(&self.entry, meant),
                News::Span(span) => turn.follow(span),
            }
        }
        is_new
    }

    pub(super) fn on_moment(&mut self, now: Instant, era: Era) {
        if self.turn.as_deref().is_some_and(Turn::is_working) {
            self.end_span(now, era);
        } else if !self.give_up_match(now)
            && let Some(turn) = &mut self.turn
        {
            turn.on_moment(&self.entry);
        }
    }
}
