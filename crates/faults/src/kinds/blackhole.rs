//! `blackhole`

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::can_close;
use crate::clock::{Alarm, Since};
use crate::kind::Kind;
use crate::units::duration;
use crate::{Fault, How, Meeting, Outbox, Segment, Transport};

/// No data comes through, and no end of stream either: a peer that vanished.
///
/// The ends of streams that it swallowed are delivered when it goes, so that healing leaves no
/// hanging pairs. Optionally it closes the connection after a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Blackhole {
    /// Whether an end of stream is swallowed and remembered, or passes.
    pub ends: Ends,
    /// Closes the connection after this time; without it, never.
    #[serde(with = "duration::option")]
    #[schemars(schema_with = "duration::option::schema")]
    pub close_after: Option<Duration>,
    /// When the time of `close_after` begins.
    pub since: Since,
    /// How `close_after` closes.
    pub how: How,
    /// What becomes of the connection when the fault is removed; a change of it is no removal.
    pub on_removal: OnRemoval,
}

/// What a [`Blackhole`] does with the ends of streams.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// FIN and RST vanish, and are delivered when the fault goes.
    #[default]
    Swallow,
    /// FIN and RST go through.
    Pass,
}

/// What a [`Blackhole`] does with its connection when it is removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnRemoval {
    /// The connection goes on.
    #[default]
    Keep,
    /// The connection is closed in order.
    Fin,
    /// The connection is reset.
    Reset,
}

impl Kind for Blackhole {
    const EXAMPLE: &'static str = "blackhole:close_after=5s,how=reset";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let alarm = self.close_after.map(|after| Alarm::new(after, self.since, meeting));
        Some(Box::new(Swallowing { spec: *self, alarm }))
    }

    fn acts_unseen(&self) -> bool {
        self.close_after.is_some() || self.on_removal != OnRemoval::Keep
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        match self.on_removal {
            OnRemoval::Reset => can_close(How::Reset, transport),
            OnRemoval::Keep | OnRemoval::Fin => can_close(self.how, transport),
        }
    }
}

struct Swallowing {
    spec: Blackhole,
    alarm: Option<Alarm>,
}

impl Fault for Swallowing {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if let Some(alarm) = &mut self.alarm {
            alarm.on_segment(now);
        }
        if segment.is_data() {
            out.hit();
        } else if self.spec.ends == Ends::Swallow {
            out.hit();
            out.hold(segment);
        } else {
            out.push(segment, now);
        }
    }

    fn deadline(&self, _: Instant) -> Option<Instant> {
        self.alarm.and_then(|alarm| alarm.due())
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        self.alarm = None;
        out.hit();
        match self.spec.how {
            How::Fin => out.close(How::Fin, now),
            How::Reset => out.abort(),
        }
    }

    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        match self.spec.on_removal {
            OnRemoval::Keep => return out.release(now),
            OnRemoval::Fin => out.close(How::Fin, now),
            OnRemoval::Reset => out.abort(),
        }
        out.hit();
    }

    fn on_update(&mut self, now: Instant, out: &mut Outbox) {
        out.release(now);
    }

    fn lets_reset_overtake(&self) -> bool {
        self.spec.ends == Ends::Pass
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Closing;
    use crate::virtual_time::{Line, NO_FAULTS, run};

    #[test]
    fn data_and_the_end_of_stream_vanish() {
        assert_eq!(run([Blackhole::default()], "0:a 1:b 3:FIN"), "");
    }

    #[test]
    fn the_end_that_it_swallowed_is_delivered_when_it_goes() {
        let mut line = Line::new([Blackhole::default()]);
        line.feed("0:a 1:FIN");
        line.set_at(50, NO_FAULTS);
        assert_eq!(line.finish(), "50:FIN");
        let mut line = Line::new([Blackhole::default()]);
        line.feed("0:a 1:RST");
        line.set_at(50, NO_FAULTS);
        assert_eq!(line.finish(), "50:RST");
    }

    #[test]
    fn ends_can_pass() {
        let passing = Blackhole { ends: Ends::Pass, ..Blackhole::default() };
        assert_eq!(run([passing], "0:a 1:FIN"), "1:FIN");
    }

    #[test]
    fn it_closes_after_its_time_from_the_meeting_or_the_first_data() {
        let after =
            Blackhole { close_after: Some(Duration::from_millis(40)), ..Blackhole::default() };
        assert_eq!(run([after], "10:a 20:b"), "40:FIN");
        let first = Blackhole { since: Since::FirstData, ..after };
        assert_eq!(run([first], "10:a 20:b"), "50:FIN");
    }

    #[test]
    fn its_reset_overtakes_and_its_removal_can_close() {
        let mut line =
            Line::new([Blackhole { on_removal: OnRemoval::Reset, ..Blackhole::default() }]);
        line.set_at(5, NO_FAULTS);
        assert_eq!(line.finish(), "");
        assert_eq!(line.chain().closed().map(|closed| closed.closing), Some(Closing::AtOnce));
        let mut line =
            Line::new([Blackhole { on_removal: OnRemoval::Fin, ..Blackhole::default() }]);
        line.feed("0:a");
        line.set_at(5, NO_FAULTS);
        assert_eq!(line.finish(), "5:FIN");
    }
}
