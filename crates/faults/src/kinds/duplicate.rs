//! `duplicate`

use std::time::Instant;

use rand::RngExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NO_HOLE, only_for_datagrams};
use crate::kind::Kind;
use crate::units::{Count, Ratio, UnitError};
use crate::{Dice, Fault, Meeting, Outbox, Segment, Transport};

/// Delivers some datagrams more than once. Only for datagrams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Duplicate {
    /// The chance that a datagram is delivered more than once.
    pub ratio: Ratio,
    /// How many there are then beside the first, 1 to 1000.
    #[serde(default = "one")]
    pub copies: Count,
}

fn one() -> Count {
    Count::ONE
}

impl Duplicate {
    /// Delivers this part of the datagrams twice.
    ///
    /// # Errors
    ///
    /// If it is no [`Ratio`].
    pub fn new<R>(ratio: R) -> Result<Self, UnitError>
    where
        R: TryInto<Ratio>,
        UnitError: From<R::Error>,
    {
        Ok(Duplicate { ratio: ratio.try_into()?, copies: one() })
    }
}

impl Kind for Duplicate {
    const EXAMPLE: &'static str = "duplicate:ratio=0.05,copies=2";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        Some(Box::new(Duplicating { spec: *self, dice: meeting.dice() }))
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        only_for_datagrams(transport, NO_HOLE)
    }
}

struct Duplicating {
    spec: Duplicate,
    dice: Dice,
}

impl Fault for Duplicating {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if segment.is_data() && self.dice.random::<f64>() < self.spec.ratio.get() {
            out.hit();
            out.push_times(segment, now, self.spec.copies.get() + 1);
        } else {
            out.push(segment, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Latency;
    use crate::virtual_time::{Line, ms, run_datagrams};

    #[test]
    fn a_datagram_comes_as_often_as_was_asked_for() {
        let twice = Duplicate::new(1).expect("a ratio");
        assert_eq!(run_datagrams([twice], "0:a 1:b"), "0:a 0:a 1:b 1:b");
        let often = Duplicate { copies: Count::new(3).expect("a count"), ..twice };
        let mut line = Line::datagrams([often]);
        line.feed("0:a");
        assert_eq!((line.finish().as_str(), line.hits("duplicate")), ("0:a 0:a 0:a 0:a", 1));
    }

    /// Of 100,000 at 20 %, five standard deviations are 633.
    #[test]
    fn the_ratio_is_that_of_the_datagrams() {
        let mut line = Line::datagrams([Duplicate::new(0.2).expect("a ratio")]);
        line.feed(&"0:a ".repeat(100_000));
        line.finish();
        assert!((119_367..=120_633).contains(&line.delivered().len()));
    }

    #[test]
    fn copies_go_on_through_what_stands_behind() {
        let chain = [
            Duplicate::new(1).expect("a ratio").into(),
            crate::EntrySpec::from(Latency::new(ms(9))),
        ];
        assert_eq!(run_datagrams(chain, "0:a"), "9:a 9:a");
    }
}
