//! `corrupt`

use std::time::Instant;

use bytes::BytesMut;
use rand::RngExt;
use rand_distr::{Distribution, Geometric};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::units::Ratio;
use crate::{Dice, Fault, Meeting, Outbox, Segment};

/// Changes bytes. Their number stays.
///
/// A byte that is chosen always changes. Whether one is chosen follows from its place in the
/// stream, so that a seed changes the same bytes however they come in, and whenever the fault is set.
/// Behind a fault that discards, the place is counted from where this one was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Corrupt {
    /// The part of the bytes that is changed.
    pub ratio: Ratio,
    /// What a chosen byte becomes: itself with all bits inverted, a random one of the other 255,
    /// or 0 (and 1 if it was 0).
    pub how: Corruption,
}

/// What a [`Corrupt`] makes of a byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Corruption {
    /// All its bits are inverted.
    #[default]
    Invert,
    /// One of the other 255, each as likely as any.
    Random,
    /// 0, or 1 if it was 0.
    Zero,
}

impl Default for Corrupt {
    /// Inverts every byte.
    fn default() -> Self {
        Corrupt { ratio: Ratio::ONE, how: Corruption::default() }
    }
}

impl Kind for Corrupt {
    const EXAMPLE: &'static str = "corrupt:ratio=0.01,how=random";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let gaps = Geometric::new(self.ratio.get()).ok().filter(|_| self.ratio < Ratio::ONE);
        let mut choice = Choice { gaps, dice: meeting.dice(), block: 0, next: 0 };
        choice.begin(meeting.offset / BLOCK);
        Some(Box::new(Corrupting { how: self.how, choice, offset: meeting.offset }))
    }
}

struct Corrupting {
    how: Corruption,
    choice: Choice,
    /// The place in the stream of the next byte.
    offset: u64,
}

impl Fault for Corrupting {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        let Segment::Data(bytes) = segment else {
            out.push(segment, now);
            return;
        };
        let start = self.offset;
        self.offset += bytes.len() as u64;
        let mut bytes = BytesMut::from(bytes);
        let mut is_changed = false;
        while let Some(place) = self.choice.next_before(self.offset) {
            // Also for those that came before the fault, so that the draws are the same.
            let mask = if self.how == Corruption::Random { self.choice.mask() } else { u8::MAX };
            let byte = place.checked_sub(start).and_then(|place| usize::try_from(place).ok());
            if let Some(byte) = byte.and_then(|place| bytes.get_mut(place)) {
                *byte = match self.how {
                    Corruption::Invert | Corruption::Random => *byte ^ mask,
                    Corruption::Zero => u8::from(*byte == 0),
                };
                is_changed = true;
            }
        }
        if is_changed {
            out.hit();
        }
        out.push(Segment::Data(bytes.freeze()), now);
    }
}

/// Which bytes of the stream are changed, each chosen independently of the others.
///
/// The gaps between them are drawn, which costs nothing for those that are not chosen. Each block
/// of the stream has its own part of the generator's sequence, so that one can begin anywhere.
struct Choice {
    /// `None`: there are none.
    gaps: Option<Geometric>,
    dice: Dice,
    block: u64,
    /// The place of the next one that is chosen; it may be beyond the block, where it is void.
    next: u64,
}

/// Bytes of a block.
const BLOCK: u64 = 4096;

/// What a block has of the generator's sequence: far more than its draws need.
const WORDS: u128 = 1 << 20;

impl Choice {
    fn begin(&mut self, block: u64) {
        self.block = block;
        self.dice.set_word_pos(u128::from(block) * WORDS);
        self.next = (block * BLOCK).saturating_add(self.gap());
    }

    fn gap(&mut self) -> u64 {
        self.gaps.map_or(0, |gaps| gaps.sample(&mut self.dice))
    }

    /// A mask that changes a byte into any other.
    fn mask(&mut self) -> u8 {
        self.dice.random_range(1..=u8::MAX)
    }

    /// The place of the next chosen byte before `end`.
    fn next_before(&mut self, end: u64) -> Option<u64> {
        let end_of_block = |block| (block + 1) * BLOCK;
        while self.next >= end_of_block(self.block) && end > end_of_block(self.block) {
            self.begin(self.block + 1);
        }
        let place = self.next;
        if place >= end.min(end_of_block(self.block)) {
            return None;
        }
        self.next = (place + 1).saturating_add(self.gap());
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::virtual_time::{Line, NO_FAULTS, run};

    /// What comes out of a stream of zeros that comes in pieces of these sizes.
    fn corrupted(fault: Corrupt, pieces: impl IntoIterator<Item = usize>) -> Vec<u8> {
        let mut line = Line::new([fault]);
        for size in pieces {
            line.send_now(Segment::Data(Bytes::from(vec![0; size])));
        }
        line.finish();
        line.bytes()
    }

    fn some(ratio: f64, how: Corruption) -> Corrupt {
        Corrupt { ratio: Ratio::new(ratio).expect("a ratio"), how }
    }

    #[test]
    fn every_byte_changes_by_default_and_the_end_of_stream_does_not() {
        let inverted = String::from_utf8_lossy(&[!b'a', !b'b']).into_owned();
        assert_eq!(run([Corrupt::default()], "0:ab 1:FIN"), format!("0:{inverted} 1:FIN"));
    }

    #[test]
    fn zero_makes_zeros_of_all_bytes_but_of_zeros() {
        let zero = Corrupt { how: Corruption::Zero, ..Corrupt::default() };
        assert_eq!(run([zero], "0:a\0b"), "0:\0\u{1}\0");
    }

    #[test]
    fn a_random_byte_is_never_the_one_before_and_is_any_other() {
        let bytes = corrupted(Corrupt { how: Corruption::Random, ..Corrupt::default() }, [20_000]);
        let found: std::collections::BTreeSet<u8> = bytes.into_iter().collect();
        assert_eq!(found, (1..=255).collect());
    }

    #[test]
    fn the_same_bytes_change_however_the_stream_is_cut_and_whenever_the_fault_is_set() {
        let fault = some(0.1, Corruption::Random);
        let whole = corrupted(fault, [10_000]);
        assert_eq!(corrupted(fault, [1, 4094, 1, 1, 2000, 3903]), whole);

        let mut line = Line::new(NO_FAULTS);
        line.send_now(Segment::Data(Bytes::from(vec![0; 5_001])));
        line.set_at(1, [fault]);
        line.send_now(Segment::Data(Bytes::from(vec![0; 4_999])));
        line.finish();
        assert_eq!(line.bytes()[..5_001], [0; 5_001]);
        assert_eq!(line.bytes()[5_001..], whole[5_001..]);
    }

    /// Of 1,000,000 bytes at 1 %, five standard deviations are 497.
    #[test]
    fn the_ratio_is_kept_also_over_the_bounds_of_blocks() {
        let bytes = corrupted(some(0.01, Corruption::Invert), [999; 1_001]);
        let changed = bytes.iter().filter(|byte| **byte != 0).count();
        assert!((9_503..=10_497).contains(&changed), "{changed} of {} bytes", bytes.len());
    }

    #[test]
    fn a_segment_in_which_nothing_changes_is_no_hit() {
        let mut line = Line::new([some(0.0, Corruption::Invert)]);
        line.feed("0:abc 1:FIN");
        assert_eq!((line.finish().as_str(), line.hits("corrupt")), ("0:abc 1:FIN", 0));
        let mut line = Line::new([Corrupt::default()]);
        line.feed("0:abc 1:de 2:FIN");
        line.finish();
        assert_eq!(line.hits("corrupt"), 2);
    }
}
