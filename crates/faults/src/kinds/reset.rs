//! `reset`

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NO_RESET, only_for_streams};
use crate::clock::{Alarm, Since};
use crate::kind::Kind;
use crate::units::duration;
use crate::{Fault, Meeting, Outbox, Segment, Transport};

/// Resets the connection: both sides get "connection reset", and what is under way is lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Reset {
    /// How long it waits; data passes meanwhile.
    #[serde(with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub after: Duration,
    /// When that time begins. With `first_data` and no `after`, the first data is lost.
    pub since: Since,
}

impl Kind for Reset {
    const EXAMPLE: &'static str = "reset:after=100ms,since=first_data";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        Some(Box::new(Resetting { alarm: Some(Alarm::new(self.after, self.since, meeting)) }))
    }

    fn acts_unseen(&self) -> bool {
        true
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        only_for_streams(transport, NO_RESET)
    }
}

struct Resetting {
    alarm: Option<Alarm>,
}

impl Fault for Resetting {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if let Some(alarm) = &mut self.alarm {
            alarm.on_segment(now);
            if alarm.is_over(now) {
                self.on_deadline(now, out);
            }
        }
        out.push(segment, now);
    }

    fn deadline(&self, _: Instant) -> Option<Instant> {
        self.alarm.and_then(|alarm| alarm.due())
    }

    fn on_deadline(&mut self, _: Instant, out: &mut Outbox) {
        self.alarm = None;
        out.hit();
        out.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Closing;
    use crate::virtual_time::{Line, ms};

    fn closed_at(spec: Reset, input: &str) -> Option<(u64, String)> {
        let mut line = Line::new([spec]);
        line.feed(input);
        let output = line.finish();
        let closed = line.chain().closed()?;
        assert_eq!((closed.closing, closed.by.as_str()), (Closing::AtOnce, "reset"));
        Some((line.now_ms(), output))
    }

    #[test]
    fn it_resets_as_soon_as_it_meets_the_connection() {
        assert_eq!(closed_at(Reset::default(), "5:a"), Some((0, String::new())));
    }

    #[test]
    fn data_passes_until_its_time_has_come() {
        let spec = Reset { after: ms(10), ..Reset::default() };
        assert_eq!(closed_at(spec, "5:a 15:b"), Some((10, "5:a".to_owned())));
    }

    #[test]
    fn its_time_can_begin_with_the_first_data() {
        let spec = Reset { after: ms(10), since: Since::FirstData };
        assert_eq!(closed_at(spec, "5:a 12:b 20:c"), Some((15, "5:a 12:b".to_owned())));
        let at_once = Reset { since: Since::FirstData, ..Reset::default() };
        assert_eq!(closed_at(at_once, "5:a"), Some((5, String::new())));
        let mut idle = Line::new([at_once]);
        idle.advance_to(10_000);
        assert_eq!(idle.chain().closed(), None, "a connection without data stays");
    }
}
