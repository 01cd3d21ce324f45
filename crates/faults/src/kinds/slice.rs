//! `slice`

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rand::RngExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{only_for_streams, room_ahead};
use crate::clock::later;
use crate::fault::AHEAD;
use crate::kind::Kind;
use crate::units::{ByteSize, NonZeroByteSize, UnitError, duration};
use crate::{Dice, Fault, Meeting, Outbox, Segment, Transport};

/// Passes data on in pieces, each its own write.
///
/// Pieces that come without a `pause` between them may merge at the receiver, since TCP knows no
/// boundaries; with 1 ms they stay apart as long as the receiver is not busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    /// The size of a piece, 1 byte or more.
    pub size: NonZeroByteSize,
    /// How much a piece may be larger or smaller; never below 1 byte.
    #[serde(default)]
    pub variation: ByteSize,
    /// A piece leaves no sooner than this after the one before. Of what came too late, since the
    /// receiver took nothing for a while or the gate's process was stopped, 20 ms are made up for.
    #[serde(default, with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub pause: Duration,
    /// The same between the first two pieces after a silence, if longer: a busy receiver can
    /// read the first one alone, and the rest is no slower.
    #[serde(default, with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub first_pause: Duration,
    /// How the pieces are cut: one after another, or by halving until they are small enough.
    #[serde(default)]
    pub shape: Shape,
}

/// How a [`Slice`] cuts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// From the front, each piece of `size` give or take `variation`; the rest is the last piece.
    #[default]
    Even,
    /// As Toxiproxy does: what is larger than `size` + `variation` is cut in half, give or take
    /// `variation`, and the halves likewise.
    Halving,
}

impl Slice {
    /// Pieces of this size, a number of bytes or `"1KiB"`, without a pause.
    ///
    /// # Errors
    ///
    /// If it is no [`NonZeroByteSize`].
    pub fn new<S>(size: S) -> Result<Self, UnitError>
    where
        S: TryInto<NonZeroByteSize>,
        UnitError: From<S::Error>,
    {
        let (variation, pause, first_pause) = (ByteSize::new(0), Duration::ZERO, Duration::ZERO);
        Ok(Slice { size: size.try_into()?, variation, pause, first_pause, shape: Shape::Even })
    }
}

impl Kind for Slice {
    const EXAMPLE: &'static str = "slice:size=10B,variation=3B,pause=1ms";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let bytes = |size| usize::try_from(size).unwrap_or(usize::MAX);
        Some(Box::new(Slicing {
            size: bytes(self.size.get()),
            variation: bytes(self.variation.get()),
            pause: self.pause,
            first_pause: self.first_pause.max(self.pause),
            shape: self.shape,
            dice: meeting.dice(),
            last_due: meeting.now,
            apart: Duration::ZERO,
            uncut: VecDeque::new(),
            parts: Vec::new(),
        }))
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        only_for_streams(transport, "a datagram is delivered whole or not at all")
    }

    /// By what waits before it, which comes when it goes.
    fn acts_unseen(&self) -> bool {
        true
    }
}

/// How many pieces' worth it takes in ahead.
const PIECES: usize = 64;

struct Slicing {
    size: usize,
    variation: usize,
    pause: Duration,
    first_pause: Duration,
    shape: Shape,
    dice: Dice,
    /// When the last piece was due.
    last_due: Instant,
    /// How long after that piece the next one leaves at the earliest.
    apart: Duration,
    /// The lengths of the segments that are held and have not been cut.
    uncut: VecDeque<usize>,
    /// Those of the parts of the one before them that may have to be cut further, the last first.
    parts: Vec<usize>,
}

impl Slicing {
    /// Cuts the next piece off what is held. One at a time: many small ones would take far more
    /// memory than their bytes.
    fn cut(&mut self, now: Instant, out: &mut Outbox, is_first: bool) {
        let is_new = self.parts.is_empty();
        let Some(part) = self.parts.pop().or_else(|| self.uncut.pop_front()) else { return };
        let piece = match self.shape {
            Shape::Even => self.cut_even(part),
            Shape::Halving => self.cut_in_halves(part),
        };
        if is_new && !self.parts.is_empty() {
            out.hit();
        }
        self.last_due = self.earliest(out).max(now);
        let has_rest = !(self.parts.is_empty() && self.uncut.is_empty());
        self.apart = if is_first && has_rest { self.first_pause } else { self.pause };
        out.release_first(piece, self.last_due);
    }

    /// No piece leaves before this.
    fn earliest(&self, out: &Outbox) -> Instant {
        let made_up = out.last_left().and_then(|left| left.checked_sub(AHEAD));
        let last = made_up.map_or(self.last_due, |made_up| made_up.max(self.last_due));
        later(last, self.apart)
    }

    fn cut_even(&mut self, part: usize) -> usize {
        let piece = self.vary(self.size).clamp(1, part);
        self.parts.extend((part > piece).then(|| part - piece));
        piece
    }

    fn cut_in_halves(&mut self, mut part: usize) -> usize {
        while part > self.size.saturating_add(self.variation) && part > 1 {
            let middle = self.vary(part / 2).clamp(1, part - 1);
            self.parts.push(part - middle);
            part = middle;
        }
        part
    }

    fn vary(&mut self, size: usize) -> usize {
        if self.variation == 0 {
            return size;
        }
        let (least, most) =
            (size.saturating_sub(self.variation), size.saturating_add(self.variation));
        self.dice.random_range(least..=most)
    }
}

impl Fault for Slicing {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if segment.is_empty() {
            // An end of stream comes behind what is held.
            out.push(segment, now);
            return;
        }
        let is_idle = out.held_bytes() == 0;
        self.uncut.push_back(segment.len());
        out.hold(segment);
        if is_idle {
            let is_first = self.earliest(out) <= now;
            self.cut(now, out, is_first);
        }
    }

    fn on_drained(&mut self, now: Instant, out: &mut Outbox) {
        self.cut(now, out, false);
    }

    fn room(&self, held: usize) -> usize {
        room_ahead(self.size.saturating_mul(PIECES), held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, NO_FAULTS, ms, run};

    fn slice(size: u64) -> Slice {
        Slice::new(size).expect("a size")
    }

    #[test]
    fn data_leaves_in_pieces_and_the_rest_is_the_last() {
        assert_eq!(run([slice(2)], "0:abcde 1:f"), "0:ab 0:cd 0:e 1:f");
    }

    #[test]
    fn a_piece_leaves_no_sooner_than_the_pause_after_the_one_before() {
        let paused = Slice { pause: ms(10), ..slice(2) };
        assert_eq!(run([paused], "0:abc 5:d 100:e 101:FIN"), "0:ab 10:c 20:d 100:e 101:FIN");
    }

    #[test]
    fn the_first_piece_after_a_silence_has_a_longer_pause_behind_it_if_there_is_more() {
        let paused = Slice { pause: ms(1), first_pause: ms(10), ..slice(2) };
        let output = "0:ab 10:cd 11:ef 12:gh 50:ij 60:kl";
        assert_eq!(run([paused], "0:abcdef 2:gh 50:ijkl"), output);
        let alone = "0:a 1:b 5:c 6:d 16:e 17:f";
        assert_eq!(run([Slice { ..paused }], "0:a 1:b 5:c 6:def"), "0:a 1:b 5:c 6:de 16:f");
        assert_eq!(run([Slice { size: slice(1).size, ..paused }], "0:a 1:b 5:c 6:def"), alone);
    }

    #[test]
    fn a_pause_that_is_longer_holds_between_the_first_too() {
        let paused = Slice { pause: ms(10), first_pause: ms(1), ..slice(2) };
        assert_eq!(run([paused], "0:abcde"), "0:ab 10:cd 20:e");
    }

    #[test]
    fn halving_cuts_100_bytes_at_10_into_pieces_of_6_and_7() {
        let halving = Slice { shape: Shape::Halving, ..slice(10) };
        let output = run([halving], &format!("0:{}", "x".repeat(100)));
        let mut sizes: Vec<_> = output.split(' ').map(|token| token.len() - 2).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 100);
        sizes.sort_unstable();
        sizes.dedup();
        assert_eq!(sizes, [6, 7]);
    }

    #[test]
    fn variation_stays_within_its_bounds() {
        let varied = Slice { variation: ByteSize::new(3), ..slice(10) };
        let output = run([varied], &format!("0:{}", "x".repeat(1000)));
        let sizes: Vec<_> = output.split(' ').map(|token| token.len() - 2).collect();
        let (_, full) = sizes.split_last().expect("pieces");
        assert!(full.iter().all(|size| (7..=13).contains(size)), "{sizes:?}");
        assert!(full.contains(&7) && full.contains(&13), "{sizes:?}");
    }

    #[test]
    fn its_removal_releases_the_pieces_at_once() {
        let mut line = Line::new([Slice { pause: ms(10), ..slice(1) }]);
        line.feed("0:abc");
        line.set_at(5, NO_FAULTS);
        assert_eq!(line.finish(), "0:a 5:b 5:c");
    }

    #[test]
    fn only_a_segment_that_was_cut_is_a_hit() {
        let mut line = Line::new([slice(3)]);
        line.feed("0:abc 1:abcd");
        line.finish();
        assert_eq!(line.hits("slice"), 1);
    }
}
