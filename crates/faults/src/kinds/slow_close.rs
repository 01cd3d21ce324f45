//! `slow_close`

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::only_for_streams;
use crate::clock::later;
use crate::kind::Kind;
use crate::units::duration;
use crate::{Fault, Meeting, Outbox, Segment, Transport};

/// The end of stream of this direction comes that much later; data passes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlowClose {
    /// How much later the end of stream comes. A reset is not delayed.
    #[serde(with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub delay: Duration,
}

impl Kind for SlowClose {
    const EXAMPLE: &'static str = "slow_close:delay=5s";

    fn start(&self, _: &Meeting) -> Option<Box<dyn Fault>> {
        Some(Box::new(*self))
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        only_for_streams(transport, "UDP has no end of stream")
    }
}

impl Fault for SlowClose {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if segment != Segment::Fin || self.delay.is_zero() {
            out.push(segment, now);
            return;
        }
        out.hit();
        out.push(segment, later(now, self.delay));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, NO_FAULTS, run};

    const SLOW: SlowClose = SlowClose { delay: Duration::from_millis(500) };

    #[test]
    fn only_the_end_of_stream_comes_later() {
        assert_eq!(run([SLOW], "0:a 10:FIN"), "0:a 510:FIN");
        assert_eq!(run([SLOW], "0:a 10:RST"), "0:a 10:RST");
    }

    #[test]
    fn its_removal_ends_the_wait() {
        let mut line = Line::new([SLOW]);
        line.feed("0:FIN");
        line.set_at(7, NO_FAULTS);
        assert_eq!(line.finish(), "7:FIN");
    }
}
