//! `lifetime`

use std::time::{Duration, Instant};

use rand::RngExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::can_close;
use crate::clock::{Alarm, Since};
use crate::kind::Kind;
use crate::units::duration;
use crate::{Fault, How, Meeting, Outbox, Segment, Transport};

/// Closes the connection when its time is over, also under steady traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lifetime {
    /// The time that a connection has.
    #[serde(with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub timeout: Duration,
    /// Up to so much is added, evenly spread, drawn anew for each connection.
    #[serde(default, with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub jitter: Duration,
    /// When the time begins.
    #[serde(default)]
    pub since: Since,
    /// Whether it closes when the time is over, or with the first data after that.
    #[serde(default)]
    pub at: At,
    /// How the connection is closed.
    #[serde(default)]
    pub how: How,
}

/// The moment at which a limit in time takes effect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// When the time is over.
    #[default]
    Expiry,
    /// At the first data after that, which is not delivered: a silent connection stays.
    NextData,
}

impl Lifetime {
    /// Closes in order, `timeout` after the fault met the connection.
    pub fn new(timeout: Duration) -> Self {
        Lifetime {
            timeout,
            jitter: Duration::ZERO,
            since: Since::Met,
            at: At::Expiry,
            how: How::Fin,
        }
    }
}

impl Kind for Lifetime {
    const EXAMPLE: &'static str = "lifetime:timeout=2s,jitter=500ms,how=reset";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let share: f64 = meeting.dice().random();
        let timeout = self.timeout.saturating_add(self.jitter.mul_f64(share));
        Some(Box::new(Living {
            alarm: Some(Alarm::new(timeout, self.since, meeting)),
            at: self.at,
            how: self.how,
        }))
    }

    fn acts_unseen(&self) -> bool {
        true
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        can_close(self.how, transport)
    }
}

struct Living {
    alarm: Option<Alarm>,
    at: At,
    how: How,
}

impl Fault for Living {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if let Some(alarm) = &mut self.alarm {
            alarm.on_segment(now);
            if segment.is_data() && alarm.is_over(now) {
                self.on_deadline(now, out);
            }
        }
        out.push(segment, now);
    }

    fn deadline(&self, _: Instant) -> Option<Instant> {
        match self.at {
            At::Expiry => self.alarm.and_then(|alarm| alarm.due()),
            At::NextData => None,
        }
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        self.alarm = None;
        out.hit();
        match self.how {
            How::Fin => out.close(How::Fin, now),
            How::Reset => out.abort(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, NO_FAULTS, ms, run};

    #[test]
    fn it_closes_when_the_time_is_over_also_under_steady_traffic() {
        let input = "0:a 10:b 20:c 30:d 40:e";
        assert_eq!(run([Lifetime::new(ms(25))], input), "0:a 10:b 20:c 25:FIN");
    }

    #[test]
    fn an_idle_connection_is_closed_too() {
        assert_eq!(run([Lifetime::new(ms(25))], ""), "25:FIN");
    }

    #[test]
    fn its_time_can_begin_with_the_first_data() {
        let spec = Lifetime { since: Since::FirstData, ..Lifetime::new(ms(25)) };
        assert_eq!(run([spec], "10:a 20:b 40:c"), "10:a 20:b 35:FIN");
        assert_eq!(run([spec], ""), "");
    }

    #[test]
    fn it_can_wait_for_data_and_then_does_not_deliver_it() {
        let spec = Lifetime { at: At::NextData, ..Lifetime::new(ms(25)) };
        assert_eq!(run([spec], "10:a 90:b"), "10:a 90:FIN");
        assert_eq!(run([spec], "10:a"), "10:a");
    }

    #[test]
    fn since_connect_counts_from_before_it_was_set() {
        let mut line = Line::new(NO_FAULTS);
        line.feed("0:a");
        line.set_at(10, [Lifetime { since: Since::Connect, ..Lifetime::new(ms(30)) }]);
        assert_eq!(line.finish(), "0:a 30:FIN");
    }

    #[test]
    fn jitter_is_added_within_its_bound() {
        let spec = Lifetime { jitter: ms(10), ..Lifetime::new(ms(20)) };
        let output = run([spec], "");
        let at: f64 = output.strip_suffix(":FIN").expect("a close").parse().expect("a time");
        assert!((20.0..30.0).contains(&at), "{output}");
    }
}
