//! How an entry that waits for a match looks at what passes.

use std::borrow::Cow;
use std::time::Instant;

use super::part::Part;
use super::turn::{Stage, Turn};
use crate::clock::later;
use crate::when::{Hold, Scan};
use crate::{Entry, Pattern};

/// What comes next, as a turn looks at it.
pub(super) struct Coming<'a> {
    pub(super) bytes: &'a [u8],
    /// All that is held back, and may be the beginning of a match.
    pub(super) held: Vec<u8>,
    pub(super) is_datagram: bool,
    pub(super) now: Instant,
}

impl Turn {
    /// Looks at what comes, which passes, and gives how many bytes of it may come at once. `None` if it is not
    /// to pass, since its moment has come.
    pub(super) fn look(&mut self, entry: &Entry, coming: &Coming<'_>) -> Option<usize> {
        let Some(pattern) = self.pattern(entry.spec().when()) else { return Some(self.reach()) };
        match self.stage {
            Stage::Match(_) | Stage::Hold(..) if coming.is_datagram => {
                self.look_at_datagram(entry, pattern, coming.bytes)
            }
            Stage::Match(scan) => Some(self.scan(entry, scan, pattern, coming.bytes)),
            Stage::Hold(hold, until) => Some(self.hold(entry, (hold, until), pattern, coming)),
            _ => Some(self.reach()),
        }
    }

    /// Looks for a match within a datagram, which is all that it may be a part of.
    fn look_at_datagram(
        &mut self,
        entry: &Entry,
        pattern: &Pattern,
        bytes: &[u8],
    ) -> Option<usize> {
        let is_match = Scan::new(pattern).find_end(pattern, bytes).is_some();
        if !is_match || !self.is_meant(entry) {
            return Some(usize::MAX);
        }
        if let Stage::Hold(..) = self.stage {
            (self.stage, self.length) = (Stage::Due, bytes.len());
            return None;
        }
        self.stage = Stage::Matched(bytes.len() as u64);
        Some(usize::MAX)
    }

    /// Looks for the end of a match.
    fn scan(&mut self, entry: &Entry, mut scan: Scan, pattern: &Pattern, bytes: &[u8]) -> usize {
        let mut from = 0;
        while let Some(end) = scan.find_end(pattern, &bytes[from..]) {
            from += end;
            if self.is_meant(entry) {
                self.stage = Stage::Matched(from as u64);
                return from;
            }
        }
        if let Stage::Match(_) = self.stage {
            self.stage = Stage::Match(scan);
        }
        usize::MAX
    }

    /// Looks for a match, and for what may be the beginning of one.
    fn hold(
        &mut self,
        entry: &Entry,
        (mut search, until): (Hold, Option<Instant>),
        pattern: &Pattern,
        coming: &Coming<'_>,
    ) -> usize {
        let when = entry.spec().when();
        let most = usize::try_from(when.match_size.get()).unwrap_or(usize::MAX);
        let text = match &coming.held[..] {
            [] => Cow::Borrowed(coming.bytes),
            held => Cow::Owned([held, coming.bytes].concat()),
        };
        let mut from = 0;
        while let Some(found) = search.find(pattern, &text[from..], most) {
            let end = from + found.end;
            if self.is_meant(entry) {
                (self.stage, self.length) = (Stage::Held, found.len());
                return end - coming.held.len();
            }
            from = end;
        }
        let is_new = search.kept() <= coming.bytes.len();
        let until = until.filter(|_| !is_new).unwrap_or_else(|| later(coming.now, when.match_wait));
        self.stage = Stage::Hold(search, (search.kept() > 0).then_some(until));
        usize::MAX
    }

    /// Counts a match, and gives whether a span begins with it. A lookout notes that, and looks on.
    fn is_meant(&mut self, entry: &Entry) -> bool {
        entry.add_match();
        self.matches += 1;
        let when = entry.spec().when();
        // It counts the matches of `on`, if both are given.
        let nth = when.nth.filter(|_| self.part == Part::Own || when.on.is_none());
        if nth.is_some_and(|numbers| !numbers.has(self.matches)) {
            return false;
        }
        if self.part == Part::Lookout {
            self.meant += 1;
            if nth.is_none_or(|numbers| numbers.ends_with(self.matches)) {
                self.stage = Stage::Spent;
            }
            return false;
        }
        when.times.is_none_or(|times| entry.spans().has_left(times))
    }
}
