//! How far an entry has come on one direction of one connection: whether it waits, works or is spent.

use std::time::Instant;

use super::part::Part;
use crate::clock::later;
use crate::when::Claim;
use crate::{Entry, Span, When};

/// What an entry that does not always act has on one direction of one connection.
#[derive(Debug)]
pub(super) struct Turn {
    stage: Stage,
    /// The number of its span on the connection.
    span: u64,
    /// That span, if it may be one of a few.
    claim: Option<Claim>,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// It waits for a moment.
    Moment(Instant),
    /// It waits until so many bytes have passed.
    Bytes(u64),
    /// It waits for the part in the other direction.
    Other,
    /// Its moment has come: its fault is to be made.
    Due,
    /// Its fault acts.
    Working(Until),
    /// It does not act any more.
    Spent,
}

/// Up to where a fault acts.
#[derive(Debug, Clone, Copy)]
enum Until {
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
        let when = entry.spec().when();
        if when.is_always() {
            return None;
        }
        let mut turn = Turn { stage: Stage::Due, span: 0, claim: None };
        match earlier.map(|earlier| earlier.stage) {
            _ if part == Part::Opposite => turn.stage = Stage::Other,
            None | Some(Stage::Moment(_)) => turn.wait_for_moment(entry, now),
            Some(Stage::Working(_)) => {}
            Some(stage) => turn.stage = stage,
        }
        Some(turn)
    }

    fn wait_for_moment(&mut self, entry: &Entry, now: Instant) {
        let when = entry.spec().when();
        match when.start_after.map(|after| later(entry.set_at(), after)) {
            Some(start) if start > now => self.stage = Stage::Moment(start),
            _ => self.wait_for_bytes(when),
        }
    }

    fn wait_for_bytes(&mut self, when: &When) {
        self.stage = match when.after_bytes.get() {
            0 => Stage::Due,
            bytes => Stage::Bytes(bytes),
        };
    }

    /// Whether its fault is to be made.
    pub(super) fn is_due(&self) -> bool {
        matches!(self.stage, Stage::Due)
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
            _ => None,
        }
    }

    /// Its moment has come, and it waits no longer for that.
    pub(super) fn on_moment(&mut self, entry: &Entry) {
        if let Stage::Moment(_) = self.stage {
            self.wait_for_bytes(entry.spec().when());
        }
    }

    /// The number of the span that is not over.
    pub(super) fn span(&self) -> Option<u64> {
        self.is_working().then_some(self.span)
    }

    /// The part in the other direction has begun this span, or ended it.
    pub(super) fn follow(&mut self, span: Option<u64>) {
        self.stage = span.map_or(Stage::Other, |_| Stage::Due);
        self.span = span.map_or(self.span, |span| span - 1);
    }

    /// Its fault is made, at `now`.
    pub(super) fn begin(&mut self, entry: &Entry, part: Part, now: Instant) {
        self.span += 1;
        if part == Part::Opposite {
            self.stage = Stage::Working(Until::Rest);
            return;
        }
        self.stage = Stage::Working(match entry.spec().when().span {
            Span::Rest => Until::Rest,
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

    /// Its span is over.
    pub(super) fn end(&mut self) {
        self.stage = Stage::Spent;
        self.claim = None;
    }

    /// How many bytes may come before something changes.
    pub(super) fn reach(&self) -> usize {
        match self.stage {
            Stage::Bytes(left) | Stage::Working(Until::Bytes(left)) => {
                usize::try_from(left).unwrap_or(usize::MAX)
            }
            _ => usize::MAX,
        }
    }

    /// A segment has come: its fault was given it, or it has passed.
    pub(super) fn count(&mut self, segment: usize) {
        if let Stage::Bytes(left) | Stage::Working(Until::Bytes(left)) = &mut self.stage {
            *left = left.saturating_sub(segment as u64);
        }
        if let Stage::Bytes(0) = self.stage {
            self.stage = Stage::Due;
        }
    }
}
