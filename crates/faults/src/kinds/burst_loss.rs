//! `burst_loss`

use std::time::Instant;

use rand::RngExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NO_HOLE, only_for_datagrams};
use crate::kind::Kind;
use crate::units::{Ratio, UnitError};
use crate::{Dice, Fault, Meeting, Outbox, Segment, Transport};

/// Loses datagrams in bursts: the model of Gilbert and Elliott.
///
/// The path is good or bad. After each datagram it may change, and in each state a part of the
/// datagrams is lost. A bad time lasts 1 / `bad_to_good` datagrams on average, and
/// `good_to_bad` / (`good_to_bad` + `bad_to_good`) of all datagrams meet one; that is also the chance
/// that a connection begins in one.
///
/// For 1 % loss in bursts of 3: 0.00337 and 0.333. For 5 % loss in bursts of 10: 0.00526 and 0.1. For
/// an outage of 2 s every minute, at 100 datagrams a second: 0.000172 and 0.005.
///
/// After E. N. Gilbert, *Capacity of a burst-noise channel* (1960), and E. O. Elliott, *Estimates of
/// error rates for codes on burst-noise channels* (1963). Only for datagrams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BurstLoss {
    /// The chance that the path turns bad after a datagram.
    pub good_to_bad: Ratio,
    /// The chance that it turns good again.
    pub bad_to_good: Ratio,
    /// The part of the datagrams that is lost while it is good.
    #[serde(default = "none")]
    pub loss_good: Ratio,
    /// The part that is lost while it is bad.
    #[serde(default = "all")]
    pub loss_bad: Ratio,
}

fn none() -> Ratio {
    Ratio::ZERO
}

fn all() -> Ratio {
    Ratio::ONE
}

impl BurstLoss {
    /// Loses nothing while the path is good, and everything while it is bad. The chances that it turns are
    /// both numbers, `0.1`, or both texts, `"10%"`.
    ///
    /// # Errors
    ///
    /// If one of them is no [`Ratio`].
    pub fn new<R>(good_to_bad: R, bad_to_good: R) -> Result<Self, UnitError>
    where
        R: TryInto<Ratio>,
        UnitError: From<R::Error>,
    {
        let (good_to_bad, bad_to_good) = (good_to_bad.try_into()?, bad_to_good.try_into()?);
        Ok(BurstLoss { good_to_bad, bad_to_good, loss_good: none(), loss_bad: all() })
    }
}

impl Kind for BurstLoss {
    const EXAMPLE: &'static str = "burst_loss:good_to_bad=0.00337,bad_to_good=0.333";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let mut dice = meeting.dice();
        let (turns_bad, turns_good) = (self.good_to_bad.get(), self.bad_to_good.get());
        let is_bad = dice.random::<f64>() * (turns_bad + turns_good) < turns_bad;
        Some(Box::new(Path { spec: *self, dice, is_bad }))
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        only_for_datagrams(transport, NO_HOLE)
    }
}

struct Path {
    spec: BurstLoss,
    dice: Dice,
    is_bad: bool,
}

impl Path {
    fn chance(&mut self, of: Ratio) -> bool {
        self.dice.random::<f64>() < of.get()
    }
}

impl Fault for Path {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if !segment.is_data() {
            out.push(segment, now);
            return;
        }
        let BurstLoss { good_to_bad, bad_to_good, loss_good, loss_bad } = self.spec;
        let (loss, turn) =
            if self.is_bad { (loss_bad, bad_to_good) } else { (loss_good, good_to_bad) };
        if self.chance(loss) {
            out.hit();
            out.lose(&segment);
        } else {
            out.push(segment, now);
        }
        self.is_bad ^= self.chance(turn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, losses};

    fn ratio(value: f64) -> Ratio {
        Ratio::new(value).expect("a ratio")
    }

    fn burst(good_to_bad: f64, bad_to_good: f64) -> BurstLoss {
        BurstLoss::new(good_to_bad, bad_to_good).expect("ratios")
    }

    #[expect(clippy::cast_precision_loss, reason = "some hundred thousands")]
    fn part(count: usize, of: usize) -> f64 {
        count as f64 / of as f64
    }

    /// The worked examples of the docs. Five standard deviations of both means are below a quarter.
    #[test]
    fn so_many_are_lost_in_bursts_of_such_a_length() {
        for (good_to_bad, bad_to_good, loss, length) in
            [(0.00337, 0.333, 0.01, 3.0), (0.00526, 0.1, 0.05, 10.0)]
        {
            let lost = losses(Line::datagrams([burst(good_to_bad, bad_to_good)]), 200_000);
            let count = lost.iter().filter(|lost| **lost).count();
            let bursts = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count();
            let (ratio, mean) = (part(count, lost.len()), part(count, bursts));
            assert!((ratio / loss - 1.0).abs() < 0.25, "{ratio} for {loss}");
            assert!((mean / length - 1.0).abs() < 0.25, "{mean} for {length}");
        }
    }

    #[test]
    fn each_state_loses_its_own_part() {
        let fault = BurstLoss { loss_good: ratio(0.1), loss_bad: ratio(0.7), ..burst(0.02, 0.02) };
        let lost = losses(Line::datagrams([fault]), 200_000);
        let ratio = part(lost.iter().filter(|lost| **lost).count(), lost.len());
        assert!((ratio - 0.4).abs() < 0.03, "{ratio}");
        // Of two neighbours that are lost, most met the same state.
        let pairs = lost.windows(2).filter(|pair| pair[0] && pair[1]).count();
        let again = part(pairs, lost.len()) / ratio;
        assert!((again - 0.61).abs() < 0.03, "0.5 (0.1 * 0.1 + 0.7 * 0.7) / 0.4, nearly: {again}");
    }

    #[test]
    fn a_path_that_never_changes_stays_good_or_bad() {
        for (good_to_bad, is_lost) in [(0.0, false), (1.0, true)] {
            let lost = losses(Line::datagrams([burst(good_to_bad, 0.0)]), 1_000);
            assert!(lost.iter().all(|lost| *lost == is_lost));
        }
    }
}
