//! `reorder`

use std::time::{Duration, Instant};

use rand::RngExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{IN_ORDER, only_for_datagrams};
use crate::clock::later;
use crate::kind::Kind;
use crate::units::{Count, Ratio, UnitError, duration};
use crate::{Dice, Fault, Meeting, Outbox, Segment, Transport};

/// Holds some datagrams back, so that later ones overtake them. Only for datagrams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reorder {
    /// The chance that a datagram is held back.
    pub ratio: Ratio,
    /// How many later ones overtake it, 1 to 1000; 1 if neither this nor `delay` is given.
    #[serde(default)]
    pub gap: Option<Count>,
    /// After what time it goes on all the same; 1 s if only `gap` is given.
    #[serde(default, with = "duration::option")]
    #[schemars(schema_with = "duration::option::schema")]
    pub delay: Option<Duration>,
}

impl Reorder {
    /// Lets the next datagram overtake this part of them, `0.02` or `"2%"`.
    ///
    /// # Errors
    ///
    /// If it is no [`Ratio`].
    pub fn new<R>(ratio: R) -> Result<Self, UnitError>
    where
        R: TryInto<Ratio>,
        UnitError: From<R::Error>,
    {
        Ok(Reorder { ratio: ratio.try_into()?, gap: None, delay: None })
    }
}

impl Kind for Reorder {
    const EXAMPLE: &'static str = "reorder:ratio=0.02,gap=3";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let gap = self.gap.or(self.delay.is_none().then_some(Count::ONE));
        Some(Box::new(Reordering {
            ratio: self.ratio.get(),
            gap: gap.map(Count::get),
            delay: self.delay.unwrap_or(Duration::from_secs(1)),
            dice: meeting.dice(),
            behind: Vec::new(),
        }))
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        only_for_datagrams(transport, IN_ORDER)
    }
}

struct Reordering {
    ratio: f64,
    gap: Option<u32>,
    delay: Duration,
    dice: Dice,
    /// For each that is held back: when it goes on at the latest, and how many are yet to overtake
    /// it.
    behind: Vec<(Instant, u32)>,
}

impl Reordering {
    /// A datagram has passed: those that it was the last to overtake follow it.
    fn count(&mut self, now: Instant, out: &mut Outbox) {
        self.behind.retain_mut(|(due, left)| {
            *left -= 1;
            if *left == 0 {
                out.hasten(*due, now);
            }
            *left > 0
        });
    }
}

impl Fault for Reordering {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        self.behind.retain(|(due, _)| *due > now);
        if segment.is_data() && self.dice.random::<f64>() < self.ratio {
            let due = later(now, self.delay);
            out.hit();
            out.push_unordered(segment, due);
            self.behind.extend(self.gap.map(|gap| (due, gap)));
        } else {
            out.push_unordered(segment, now);
            self.count(now, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Series;
    use crate::virtual_time::{Line, NO_FAULTS, ms, run_datagrams};

    /// Holds back only the first of several, by a seed that does.
    fn first_of(fault: Reorder, input: &str) -> String {
        let fault = Reorder { ratio: Ratio::new(0.5).expect("a ratio"), ..fault };
        (0..100)
            .find_map(|seed| {
                let mut line = Line::with_origin([fault], |origin| {
                    (origin.transport, origin.series) = (Transport::Datagram, Series::first(seed));
                });
                line.feed(input);
                let output = line.finish();
                (line.hits("reorder") == 1 && !output.starts_with("0:a")).then_some(output)
            })
            .expect("one in 16 seeds")
    }

    #[test]
    fn so_many_later_ones_overtake_it() {
        let fault = Reorder::new(1).expect("a ratio");
        assert_eq!(first_of(fault, "0:a 1:b 2:c 3:d"), "1:b 1:a 2:c 3:d");
        let gap = Reorder { gap: Some(Count::new(2).expect("a count")), ..fault };
        assert_eq!(first_of(gap, "0:a 1:b 2:c 3:d"), "1:b 2:c 2:a 3:d");
    }

    #[test]
    fn it_goes_on_after_a_time_also_if_too_few_come() {
        let fault = Reorder::new(1).expect("a ratio");
        assert_eq!(run_datagrams([fault], "0:a"), "1000:a");
        let delay = Reorder { delay: Some(ms(20)), ..fault };
        assert_eq!(first_of(delay, "0:a 5:b 15:c 30:d"), "5:b 15:c 20:a 30:d");
        let gap = Reorder { gap: Some(Count::new(3).expect("a count")), ..delay };
        assert_eq!(first_of(gap, "0:a 5:b 15:c 30:d"), "5:b 15:c 20:a 30:d");
    }

    #[test]
    fn all_that_is_held_back_goes_on_when_it_is_removed() {
        let mut line = Line::datagrams([Reorder::new(1).expect("a ratio")]);
        line.feed("0:a 1:b");
        line.set_at(5, NO_FAULTS);
        assert_eq!(line.finish(), "5:a 5:b");
    }

    /// Of 10,000 at 10 %, five standard deviations are 150.
    #[test]
    fn the_ratio_is_that_of_the_datagrams_and_none_is_lost() {
        let mut line = Line::datagrams([Reorder::new(0.1).expect("a ratio")]);
        (0..10_000).for_each(|at| line.feed(&format!("{at}:x")));
        line.finish();
        assert!((850..=1_150).contains(&line.hits("reorder")));
        assert_eq!(line.delivered().len(), 10_000);
    }
}
