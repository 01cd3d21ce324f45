//! How far an entry has come on one direction of one connection: whether it waits, works or is spent.
//!
//! It waits for a moment, for the other direction, for bytes and for a match (`look.rs`), in this order, each if
//! the entry says so.

use std::time::Instant;

use super::part::Part;
use crate::clock::later;
use crate::when::{Claim, Hold, Scan};
use crate::{Entry, Pattern, Span, When};

/// What an entry that does not always act has on one direction of one connection.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) part: Part,
    pub(super) stage: Stage,
    /// The number of its span on the connection.
    span: u64,
    /// That span, which may be one of a few.
    claim: Option<Claim>,
    /// The matches on the connection so far.
    pub(super) matches: u64,
    /// Those in the other direction that are meant: which a lookout has seen, or the entry has heard of.
    pub(super) meant: u64,
    /// The length of the match on which it acts.
    pub(super) length: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// It waits for a moment.
    Moment(Instant),
    /// It waits for the other direction.
    Other,
    /// It waits until so many bytes have passed.
    Bytes(u64),
    /// It waits for a match.
    Match(Scan),
    /// It waits until the match has passed, so many bytes more.
    Matched(u64),
    /// It waits for a match, and holds back what may be one, until then at the latest.
    Hold(Hold, Option<Instant>),
    /// It holds a match on which it is to act.
    Held,
    /// Its moment has come: its fault is to be made.
    Due,
    /// Its fault acts.
    Working(Until),
    /// It does not act any more.
    Spent,
}

/// Up to where a fault acts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    Rest,
    /// Until something comes behind so many bytes.
    Bytes(u64),
    Moment(Instant),
}

impl Turn {
    /// That of an entry which meets a connection at `now`; `None` if it always acts. An update goes on where
    /// the `earlier` one is, if it acts when that did.
    pub(super) fn new(
        entry: &Entry,
        part: Part,
        earlier: Option<&Turn>,
        now: Instant,
    ) -> Option<Self> {
        if entry.spec().when().is_always() {
            return None;
        }
        let (claim, stage, length) = (None, Stage::Spent, 0);
        let (span, matches, meant) =
            earlier.map_or((0, 0, 0), |turn| (turn.span, turn.matches, turn.meant));
        let mut turn = Turn { part, stage, span, claim, matches, meant, length };
        match earlier.map(|earlier| earlier.stage) {
            _ if part == Part::Opposite => turn.stage = Stage::Other,
            None | Some(Stage::Moment(_)) => turn.wait_for_moment(entry, now),
            Some(Stage::Hold(..)) => turn.wait_for_match(entry),
            Some(Stage::Working(Until::Bytes(0))) => turn.end(entry),
            Some(Stage::Matched(_) | Stage::Held | Stage::Due | Stage::Working(_)) => {
                turn.stage = Stage::Due;
            }
            Some(stage) => turn.stage = stage,
        }
        Some(turn)
    }

    fn wait_for_moment(&mut self, entry: &Entry, now: Instant) {
        let after = entry.spec().when().start_after;
        match after.map(|after| later(entry.set_at(), after)) {
            Some(start) if start > now => self.stage = Stage::Moment(start),
            _ => self.wait_for_other(entry),
        }
    }

    fn wait_for_other(&mut self, entry: &Entry) {
        match (self.part, &entry.spec().when().on_other) {
            (Part::Own, Some(_)) => self.stage = Stage::Other,
            (Part::Lookout, _) => self.wait_for_match(entry),
            _ => self.wait_for_bytes(entry),
        }
    }

    fn wait_for_bytes(&mut self, entry: &Entry) {
        match entry.spec().when().after_bytes.get() {
            0 => self.wait_for_match(entry),
            bytes => self.stage = Stage::Bytes(bytes),
        }
    }

    fn wait_for_match(&mut self, entry: &Entry) {
        let when = entry.spec().when();
        self.stage = match self.pattern(when) {
            Some(pattern) if when.span == Span::Match && self.part == Part::Own => {
                Stage::Hold(Hold::new(pattern), None)
            }
            Some(pattern) => Stage::Match(Scan::new(pattern)),
            None => Stage::Due,
        };
    }

    /// What is looked for here.
    pub(super) fn pattern<'a>(&self, when: &'a When) -> Option<&'a Pattern> {
        match self.part {
            Part::Own => when.on.as_ref(),
            Part::Lookout => when.on_other.as_ref(),
            Part::Opposite => None,
        }
    }

    /// Whether its fault is to be made.
    pub(super) fn is_due(&self) -> bool {
        matches!(self.stage, Stage::Due | Stage::Held)
    }

    /// How many bytes of the match on which it is to act are held back.
    pub(super) fn held(&self) -> Option<usize> {
        matches!(self.stage, Stage::Held).then_some(self.length)
    }

    /// How many of the last bytes are to be held back, since they may be a match or are one.
    pub(super) fn holds(&self) -> Option<usize> {
        match self.stage {
            Stage::Hold(hold, _) => Some(hold.kept()),
            _ => self.held(),
        }
    }

    /// Whether its fault acts.
    pub(super) fn is_working(&self) -> bool {
        matches!(self.stage, Stage::Working(_))
    }

    /// Whether its fault has been given all that it is to be given.
    pub(super) fn is_used_up(&self) -> bool {
        matches!(self.stage, Stage::Working(Until::Bytes(0)))
    }

    /// When something happens with it by itself.
    pub(super) fn moment(&self) -> Option<Instant> {
        match self.stage {
            Stage::Moment(at) | Stage::Working(Until::Moment(at)) => Some(at),
            Stage::Hold(_, until) => until,
            _ => None,
        }
    }

    /// Its moment has come, and it waits no longer for that.
    pub(super) fn on_moment(&mut self, entry: &Entry) {
        match self.stage {
            Stage::Moment(_) => self.wait_for_other(entry),
            Stage::Hold(..) => self.wait_for_match(entry),
            _ => {}
        }
    }

    /// The number of the span that is not over.
    pub(super) fn span(&self) -> Option<u64> {
        self.is_working().then_some(self.span)
    }

    /// The entry has begun this span in the other direction, or ended it.
    pub(super) fn follow(&mut self, span: Option<u64>) {
        self.stage = span.map_or(Stage::Other, |_| Stage::Due);
        self.span = span.map_or(self.span, |span| span - 1);
    }

    /// So many matches that are meant have been seen in the other direction.
    pub(super) fn hear(&mut self, entry: &Entry, meant: u64) {
        self.meant = meant;
        if let Stage::Other = self.stage {
            self.wait_for_bytes(entry);
        }
    }

    /// Its fault is made, at `now`.
    pub(super) fn begin(&mut self, entry: &Entry, now: Instant) {
        self.span += 1;
        if self.part == Part::Opposite {
            self.stage = Stage::Working(Until::Rest);
            return;
        }
        self.stage = Stage::Working(match entry.spec().when().span {
            Span::Rest => Until::Rest,
            Span::Match => Until::Bytes(self.length as u64),
            Span::Size(size) => Until::Bytes(size.get()),
            Span::Time(time) => Until::Moment(later(now, time)),
        });
        self.claim = Some(Claim::new(entry.spans()));
    }

    /// Whether its fault may do something: it has taken its span, or can.
    pub(super) fn may_act(&mut self, entry: &Entry) -> bool {
        match (entry.spec().when().times, &mut self.claim) {
            (Some(times), Some(claim)) => claim.take(times),
            _ => true,
        }
    }

    /// Its fault has hit.
    pub(super) fn hit(&mut self) {
        if let Some(claim) = &mut self.claim {
            claim.hit();
        }
    }

    /// Its span is over: it waits for the next match, if it acts on more of them.
    pub(super) fn end(&mut self, entry: &Entry) {
        self.claim = None;
        let when = entry.spec().when();
        let is_last = when.nth.is_some_and(|numbers| numbers.ends_with(self.matches));
        let is_over = when.times.is_some_and(|times| entry.spans().are_over(times));
        match (&when.on, when.nth) {
            _ if self.part == Part::Opposite => self.stage = Stage::Other,
            _ if is_last || is_over => self.stage = Stage::Spent,
            (Some(_), _) => self.wait_for_match(entry),
            (None, Some(_)) => self.stage = Stage::Other,
            (None, None) => self.stage = Stage::Spent,
        }
    }

    /// How many bytes may come before something changes.
    pub(super) fn reach(&self) -> usize {
        match self.stage {
            Stage::Bytes(left @ 1..)
            | Stage::Matched(left @ 1..)
            | Stage::Working(Until::Bytes(left @ 1..)) => {
                usize::try_from(left).unwrap_or(usize::MAX)
            }
            _ => usize::MAX,
        }
    }

    /// A segment has come: its fault was given it, or it has passed.
    pub(super) fn count(&mut self, entry: &Entry, length: usize) {
        if let Stage::Bytes(left) | Stage::Matched(left) | Stage::Working(Until::Bytes(left)) =
            &mut self.stage
        {
            *left = left.saturating_sub(length as u64);
        }
        match self.stage {
            Stage::Bytes(0) => self.wait_for_match(entry),
            Stage::Matched(0) => self.stage = Stage::Due,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_waits_takes_little_of_each_connection() {
        assert!(size_of::<Turn>() < 200, "{} bytes", size_of::<Turn>());
    }
}
