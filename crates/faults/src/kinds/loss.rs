//! `loss`

use std::time::Instant;

use rand::RngExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::units::{Ratio, UnitError};
use crate::{Dice, Fault, Meeting, Outbox, Segment};

/// Discards some of the segments, each as a whole.
///
/// On a stream this cuts holes, which no TCP does: what is missing never comes. It is for seeing
/// whether a protocol of your own notices a hole, and for datagrams. How much one read brings, and
/// so what one loss takes, is up to the sender and the moment. The end of stream passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// The chance that a segment is lost.
    pub ratio: Ratio,
    /// What is added to the chance after a loss, so that losses come in bursts. Of all segments
    /// ratio / (1 - correlation) are lost then, as long as the two together are 1 at most.
    #[serde(default = "none")]
    pub correlation: Ratio,
}

fn none() -> Ratio {
    Ratio::ZERO
}

impl Loss {
    /// Loses this part of the segments, `0.3` or `"30%"`, each independently of the others.
    ///
    /// # Errors
    ///
    /// If it is no [`Ratio`].
    pub fn new<R>(ratio: R) -> Result<Self, UnitError>
    where
        R: TryInto<Ratio>,
        UnitError: From<R::Error>,
    {
        Ok(Loss { ratio: ratio.try_into()?, correlation: none() })
    }
}

impl Kind for Loss {
    const EXAMPLE: &'static str = "loss:ratio=0.05,correlation=0.25";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        Some(Box::new(Losing { spec: *self, dice: meeting.dice(), has_lost: false }))
    }
}

struct Losing {
    spec: Loss,
    dice: Dice,
    /// The segment before was lost.
    has_lost: bool,
}

impl Fault for Losing {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if !segment.is_data() {
            out.push(segment, now);
            return;
        }
        let more = if self.has_lost { self.spec.correlation.get() } else { 0.0 };
        self.has_lost = self.dice.random::<f64>() < self.spec.ratio.get() + more;
        if self.has_lost {
            out.hit();
            out.lose(&segment);
        } else {
            out.push(segment, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, losses, run};

    fn loss(ratio: f64, correlation: f64) -> Loss {
        let ratio_of = |value| Ratio::new(value).expect("a ratio");
        Loss { ratio: ratio_of(ratio), correlation: ratio_of(correlation) }
    }

    fn part_of(lost: &[bool], part: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a count of some thousands")]
        return part as f64 / lost.len() as f64;
    }

    #[test]
    fn a_segment_is_lost_as_a_whole_and_the_end_of_stream_never() {
        assert_eq!(run([loss(1.0, 0.0)], "0:a 1:b 2:FIN"), "2:FIN");
        assert_eq!(run([loss(0.0, 1.0)], "0:a 1:b 2:FIN"), "0:a 1:b 2:FIN");
    }

    /// 100,000 draws at 10 %: five standard deviations are 0.5 %.
    #[test]
    fn the_ratio_is_that_of_all_segments() {
        let lost = losses(Line::new([loss(0.1, 0.0)]), 100_000);
        let ratio = part_of(&lost, lost.iter().filter(|lost| **lost).count());
        assert!((ratio - 0.1).abs() < 0.005, "{ratio}");
    }

    /// A Markov chain of two states: 0.1 / (1 - 0.4) are lost, in bursts of 1 / (1 - 0.5).
    #[test]
    fn a_loss_makes_another_more_likely_by_the_correlation() {
        let lost = losses(Line::new([loss(0.1, 0.4)]), 100_000);
        let count = lost.iter().filter(|lost| **lost).count();
        let ratio = part_of(&lost, count);
        assert!((ratio - 1.0 / 6.0).abs() < 0.01, "{ratio}");

        let bursts = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count();
        let mean = part_of(&lost, count) / part_of(&lost, bursts);
        assert!((mean - 2.0).abs() < 0.1, "{mean}");
    }
}
