//! `latency`

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::distribution::Wander;
use super::{IN_ORDER, only_for_datagrams};
use crate::clock::later;
use crate::kind::Kind;
use crate::units::{Ratio, duration};
use crate::{Distribution, Fault, Meeting, Outbox, Segment, Transport};

/// Each segment is due `delay` plus or minus `jitter` after it arrived.
///
/// Segments are under way side by side, so throughput stays; their order is kept, but for datagrams
/// with `keep_order = false`. At most the
/// gate's `buffer` is under way in a direction: the rate is limited to buffer / delay. A latency in
/// both directions makes a round trip of twice as much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// How much later a segment leaves than it arrived.
    #[serde(with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub delay: Duration,
    /// How much that varies; a sum below zero is zero.
    #[serde(default, with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub jitter: Duration,
    /// How the jitter is spread: evenly from -jitter to +jitter, or with jitter as the standard
    /// deviation of a normal or of a Pareto distribution, which has a long tail.
    #[serde(default)]
    pub distribution: Distribution,
    /// How much the jitter of a segment follows that of the one before, from 0 to 1. The
    /// distribution stays the same.
    #[serde(default = "none")]
    pub correlation: Ratio,
    /// Whether the end of stream is delayed like data, or only by the data before it.
    #[serde(default = "yes")]
    pub end: bool,
    /// Whether a segment waits for those before it. Only datagrams may overtake each other.
    #[serde(default = "yes")]
    pub keep_order: bool,
}

fn none() -> Ratio {
    Ratio::ZERO
}

fn yes() -> bool {
    true
}

impl Latency {
    /// A constant delay for data and the end of stream.
    pub fn new(delay: Duration) -> Self {
        Latency {
            delay,
            jitter: Duration::ZERO,
            distribution: Distribution::Uniform,
            correlation: none(),
            end: true,
            keep_order: true,
        }
    }
}

impl Kind for Latency {
    const EXAMPLE: &'static str = "latency:delay=100ms,jitter=10ms";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let wander = Wander::new(self.distribution, self.correlation, meeting.dice());
        Some(Box::new(Delaying { spec: *self, wander }))
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        if self.keep_order { Ok(()) } else { only_for_datagrams(transport, IN_ORDER) }
    }
}

struct Delaying {
    spec: Latency,
    wander: Wander,
}

impl Delaying {
    fn draw(&mut self) -> Duration {
        let Latency { delay, jitter, .. } = self.spec;
        if jitter.is_zero() {
            return delay;
        }
        let factor = self.wander.next();
        let offset = Duration::try_from_secs_f64(jitter.as_secs_f64() * factor.abs())
            .unwrap_or(Duration::MAX);
        if factor < 0.0 { delay.saturating_sub(offset) } else { delay.saturating_add(offset) }
    }
}

impl Fault for Delaying {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if !segment.is_data() && !self.spec.end {
            out.push(segment, now);
            return;
        }
        let delay = self.draw();
        if !delay.is_zero() {
            out.hit();
        }
        if self.spec.keep_order {
            out.push(segment, later(now, delay));
        } else {
            out.push_unordered(segment, later(now, delay));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, NO_FAULTS, run};

    fn latency(millis: u64) -> Latency {
        Latency::new(Duration::from_millis(millis))
    }

    #[test]
    fn segments_are_under_way_side_by_side() {
        assert_eq!(run([latency(100)], "0:a 1:b 3:FIN"), "100:a 101:b 103:FIN");
    }

    #[test]
    fn two_latencies_add_up() {
        assert_eq!(run([latency(100), latency(50)], "0:a 1:b"), "150:a 151:b");
    }

    #[test]
    fn the_end_can_be_delayed_only_by_the_data_before_it() {
        let short = Latency { end: false, ..latency(100) };
        assert_eq!(run([short], "0:a 3:FIN"), "100:a 100:FIN");
        assert_eq!(run([short], "0:a 300:FIN"), "100:a 300:FIN");
    }

    #[test]
    fn what_a_removed_latency_held_is_released_at_once_in_order() {
        let mut line = Line::new([latency(1000)]);
        line.feed("0:a 10:b");
        line.set_at(20, NO_FAULTS);
        line.feed("30:c");
        assert_eq!(line.finish(), "20:a 20:b 30:c");
    }

    #[test]
    fn jitter_keeps_the_order_and_stays_within_its_bounds() {
        let jittery = Latency { jitter: Duration::from_millis(50), ..latency(100) };
        let input: Vec<_> = (0..500).map(|at| format!("{}:x", at * 200)).collect();
        let output = run([jittery], &input.join(" "));
        let delays: Vec<f64> = output
            .split(' ')
            .zip(0..)
            .map(|(token, at)| {
                token.split_once(':').unwrap().0.parse::<f64>().unwrap() - f64::from(at * 200)
            })
            .collect();
        assert_eq!(delays.len(), 500);
        assert!(delays.iter().all(|delay| (50.0..150.0).contains(delay)));
        let mean = delays.iter().sum::<f64>() / 500.0;
        assert!((mean - 100.0).abs() < 6.5, "five standard errors of the mean are 6.5 ms: {mean}");
    }

    #[test]
    fn a_sum_below_zero_is_zero() {
        let spec = Latency {
            jitter: Duration::from_secs(1),
            distribution: Distribution::Normal,
            ..latency(0)
        };
        let output = run([spec], "0:a 1:b 2:c 3:d 4:e 5:f 6:g 7:h");
        assert_eq!(output.split(' ').count(), 8);
    }
}
