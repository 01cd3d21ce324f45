//! The search for a pattern in what comes, whose state is carried from read to read.

use std::ops::Range;

use regex_automata::dfa::Automaton;
use regex_automata::util::primitives::StateID;

use super::Pattern;

/// How far a search has come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan(StateID);

impl Scan {
    pub(crate) fn new(pattern: &Pattern) -> Self {
        Scan(pattern.start())
    }

    /// Where the first match ends in the bytes that come next, if one does. Then the next search begins there.
    pub(crate) fn find_end(&mut self, pattern: &Pattern, bytes: &[u8]) -> Option<usize> {
        let (dfa, start) = (pattern.dfa(), pattern.start());
        let (mut state, mut at) = (self.0, 0);
        self.0 = start;
        while at < bytes.len() {
            if state == start {
                at = pattern.skip(bytes, at);
            }
            // Its states are special where something may begin or has matched.
            let stop = bytes[at..].iter().position(|byte| {
                state = dfa.next_state(state, *byte);
                dfa.is_special_state(state)
            });
            let Some(stop) = stop else { break };
            at += stop;
            // It is in such a state one byte behind the match.
            if dfa.is_match_state(state) {
                return Some(at);
            }
            at += 1;
        }
        if pattern.matches(state) {
            return Some(bytes.len());
        }
        self.0 = state;
        None
    }
}

/// A search that keeps what may be a match, from its first byte on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hold {
    scan: StateID,
    /// How far a match would have come that begins with the first byte that is kept.
    first: StateID,
    /// How many bytes are kept.
    kept: usize,
}

impl Hold {
    pub(crate) fn new(pattern: &Pattern) -> Self {
        Hold { scan: pattern.start(), first: pattern.anchored(), kept: 0 }
    }

    /// How many of the last bytes are kept.
    pub(crate) fn kept(&self) -> usize {
        self.kept
    }

    /// Looks for a match of no more than `most` bytes in `text`: what is kept, and what comes next. Gives where
    /// the first one is. Without one, what may be the beginning of one is kept.
    pub(crate) fn find(
        &mut self,
        pattern: &Pattern,
        text: &[u8],
        most: usize,
    ) -> Option<Range<usize>> {
        let dfa = pattern.dfa();
        let (mut at, mut begin) = (self.kept, 0);
        loop {
            if self.scan == pattern.start() {
                at = pattern.skip(text, at);
                (begin, self.first) = (at, pattern.anchored());
            }
            // It is in such a state one byte behind the match.
            let next = text.get(at).map(|byte| (*byte, dfa.next_state(self.scan, *byte)));
            let is_match =
                next.map_or(pattern.matches(self.scan), |(_, next)| dfa.is_match_state(next));
            if is_match {
                let begins = |begin: &usize| pattern.matches(run(pattern, &text[*begin..at]));
                let found = (begin..at).find(begins);
                *self = Hold::new(pattern);
                if let Some(begin) = found {
                    return Some(begin..at);
                }
                continue;
            }
            let Some((byte, next)) = next else { break };
            (self.scan, self.first) = (next, dfa.next_state(self.first, byte));
            at += 1;
            // Where nothing may have begun there is nothing to look through.
            while self.scan != pattern.start() && dfa.is_dead_state(self.first) && begin < at {
                begin += 1;
                self.first = run(pattern, &text[begin..at]);
            }
            if at - begin > most {
                // What may be a match has become too long for one.
                *self = Hold::new(pattern);
            }
        }
        self.kept = at - begin;
        None
    }
}

/// How far a match has come that begins with the first of these bytes.
fn run(pattern: &Pattern, bytes: &[u8]) -> StateID {
    bytes.iter().fold(pattern.anchored(), |state, byte| pattern.dfa().next_state(state, *byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> Pattern {
        text.parse().expect(text)
    }

    /// Where matches end, whatever the reads.
    fn ends(pattern: &Pattern, reads: &[&[u8]]) -> Vec<usize> {
        let (mut scan, mut before, mut ends) = (Scan::new(pattern), 0, Vec::new());
        for read in reads {
            let mut from = 0;
            while let Some(end) = scan.find_end(pattern, &read[from..]) {
                from += end;
                ends.push(before + from);
            }
            before += read.len();
        }
        ends
    }

    #[test]
    fn a_match_ends_at_the_first_byte_at_which_the_pattern_matches() {
        assert_eq!(ends(&pattern("ab+"), &[b"xabbab"]), [3, 6]);
        assert_eq!(ends(&pattern("abc|c"), &[b"abcc"]), [3, 4]);
        assert_eq!(ends(&pattern("COMMIT"), &[b"COMM", b"IT", b"COCOMMIT"]), [6, 14]);
    }

    #[test]
    fn a_match_is_known_from_its_first_byte_on() {
        let found = |text: &str, bytes: &[u8]| {
            let pattern = pattern(text);
            Hold::new(&pattern).find(&pattern, bytes, 100)
        };
        assert_eq!(found("ab", b"xaab"), Some(2..4));
        assert_eq!(found("a.{3}b|c", b"xaxc"), Some(3..4));
        assert_eq!(found("a+b", b"xaab"), Some(1..4));
    }

    #[test]
    fn no_more_is_kept_than_may_be_a_match() {
        for (text, bytes, kept) in
            [("ab", "xaaaa", 1), ("a.*b", "xa123", 4), ("aab", "aaaa", 2), ("abc", "abx", 0)]
        {
            let pattern = pattern(text);
            let mut hold = Hold::new(&pattern);
            assert_eq!(hold.find(&pattern, bytes.as_bytes(), 100), None);
            assert_eq!(hold.kept(), kept, "{text} in {bytes}");
        }
    }

    #[test]
    fn what_becomes_too_long_for_a_match_is_kept_no_longer() {
        let pattern = pattern("(?s)a.*b");
        let mut hold = Hold::new(&pattern);
        assert_eq!(hold.find(&pattern, b"a123b", 4), None);
        assert_eq!(hold.kept(), 0);
        assert_eq!(hold.find(&pattern, b"a12b", 4), Some(0..4));
    }

    proptest! {
        #[test]
        fn matches_are_the_same_for_every_segmentation(
            text in prop::sample::select(vec!["a", "ab", "a+b", "abab|c", "a.b", "(ab){2}c", "[bc]a[bc]"]),
            bytes in prop::collection::vec(prop::sample::select(b"abc".to_vec()), 0..60),
            cuts in prop::collection::vec(0..60_usize, 0..8),
        ) {
            let pattern = pattern(text);
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let reads: Vec<_> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
            prop_assert_eq!(ends(&pattern, &reads), ends(&pattern, &[&bytes]));

            let (mut hold, mut kept, mut before) = (Hold::new(&pattern), Vec::new(), 0);
            let mut found = Vec::new();
            for read in reads {
                kept.extend_from_slice(read);
                while let Some(range) = hold.find(&pattern, &kept, 100) {
                    found.push(before + range.end);
                    kept.drain(..range.end);
                    before += range.end;
                }
                let outside = kept.len() - hold.kept();
                kept.drain(..outside);
                before += outside;
            }
            prop_assert_eq!(found, ends(&pattern, &[&bytes]));
        }
    }
}
