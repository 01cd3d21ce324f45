//! `blackhole`

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::can_close;
use super::on_removal::OnRemoval;
use crate::clock::{Alarm, Since};
use crate::kind::Kind;
use crate::units::duration;
use crate::{Fault, How, Meeting, Outbox, Segment, Transport};

/// No data comes through, and no end of stream either: a network that is down.
///
/// A stream is whole again when it goes: what was sent meanwhile waits, as it would be retransmitted, and
/// the sender feels it when the system's buffers are full. It is a hit when data first waits. Datagrams
/// are discarded. If anything else than its removal ends the connection, what waits is lost. The
/// connection of a client that leaves meanwhile stays until then; when descriptors are short, the oldest
/// of these goes.
/// Optionally it closes the connection after a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Blackhole {
    /// Whether data waits until the fault goes, or is discarded, which leaves a hole in a stream. Left
    /// out, that of a stream waits unless its ends pass. Datagrams cannot wait.
    pub data: Option<Unsent>,
    /// Whether an end of stream waits until the fault goes, or passes; not where data waits.
    pub ends: Ends,
    /// Closes the connection after this time; without it, never.
    #[serde(with = "duration::option")]
    #[schemars(schema_with = "duration::option::schema")]
    pub close_after: Option<Duration>,
    /// When the time of `close_after` begins. The first data may be such as waits.
    pub since: Since,
    /// How `close_after` closes.
    pub how: How,
    /// What becomes of the connection when the fault is removed; a change of it is no removal.
    pub on_removal: OnRemoval,
}

/// What a [`Blackhole`] does with data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unsent {
    /// It waits unread, and goes on when the fault goes.
    Hold,
    /// It is read and discarded.
    Discard,
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

impl Kind for Blackhole {
    const EXAMPLE: &'static str = "blackhole:close_after=5s,how=reset";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let alarm = self.close_after.map(|after| Alarm::new(after, self.since, meeting));
        let holds = self.holds(meeting.transport);
        Some(Box::new(Swallowing { spec: *self, holds, alarm }))
    }

    /// Also by what waits before it, which comes when it goes.
    fn acts_unseen(&self) -> bool {
        self.close_after.is_some()
            || self.on_removal != OnRemoval::Keep
            || self.holds(Transport::Stream)
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        if self.data == Some(Unsent::Hold) && transport == Transport::Datagram {
            return Err("datagrams do not wait, they are lost: leave `data` out");
        }
        if self.data == Some(Unsent::Hold) && self.ends == Ends::Pass {
            return Err("an end of stream comes behind data, and cannot pass while that waits");
        }
        can_close(self.how, transport)?;
        self.on_removal.suits(transport)
    }
}

impl Blackhole {
    /// Whether data of such traffic waits.
    fn holds(&self, transport: Transport) -> bool {
        let is_held = match self.data {
            Some(data) => data == Unsent::Hold,
            None => self.ends == Ends::Swallow,
        };
        is_held && transport == Transport::Stream
    }
}

struct Swallowing {
    spec: Blackhole,
    /// Data waits: it takes nothing.
    holds: bool,
    alarm: Option<Alarm>,
}

impl Swallowing {
    fn note_first(&mut self, now: Instant) {
        if let Some(alarm) = &mut self.alarm {
            alarm.on_segment(now);
        }
    }
}

impl Fault for Swallowing {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        self.note_first(now);
        if segment.is_data() {
            out.hit();
            out.lose(&segment);
        } else if self.spec.ends == Ends::Swallow {
            out.hit();
            out.hold(segment);
        } else {
            out.push(segment, now);
        }
    }

    fn room(&self, _: usize) -> usize {
        if self.holds { 0 } else { usize::MAX }
    }

    fn on_wait(&mut self, now: Instant, out: &mut Outbox) {
        self.note_first(now);
        out.hit();
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
        self.spec.on_removal.act(now, out);
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

    fn discarding() -> Blackhole {
        Blackhole { data: Some(Unsent::Discard), ..Blackhole::default() }
    }

    #[test]
    fn a_stream_is_whole_again_when_it_goes() {
        for end in ["FIN", "RST"] {
            let mut line = Line::new([Blackhole::default()]);
            line.feed(&format!("0:a 1:b 2:{end}"));
            line.set_at(50, NO_FAULTS);
            assert_eq!(line.finish(), format!("50:a 50:b 50:{end}"));
        }
    }

    #[test]
    fn it_takes_nothing_and_hits_when_data_first_waits() {
        let mut line = Line::new([Blackhole::default()]);
        line.feed("5:a 6:b");
        line.advance_to(100);
        assert_eq!((line.chain().charge(), line.hits("blackhole")), (0, 1));
    }

    #[test]
    fn one_that_discards_leaves_a_hole_and_counts_what_is_lost() {
        let mut line = Line::new([discarding()]);
        line.feed("0:abc 1:d 2:FIN");
        line.set_at(50, NO_FAULTS);
        assert_eq!(line.finish(), "50:FIN");
        assert_eq!((line.hits("blackhole"), line.lost("blackhole")), (3, 4));
    }

    #[test]
    fn datagrams_are_discarded_and_cannot_be_asked_to_wait() {
        let mut line = Line::datagrams([Blackhole::default()]);
        line.feed("0:a");
        line.set_at(50, NO_FAULTS);
        assert_eq!((line.finish().as_str(), line.lost("blackhole")), ("", 1));
        let holding = Blackhole { data: Some(Unsent::Hold), ..Blackhole::default() };
        assert!(holding.suits(Transport::Datagram).is_err());
        assert!(holding.suits(Transport::Stream).is_ok());
    }

    #[test]
    fn a_change_is_no_removal_and_lets_nothing_through() {
        let closing = |how| Blackhole { on_removal: OnRemoval::Fin, how, ..Blackhole::default() };
        let mut line = Line::new([closing(How::Fin)]);
        line.feed("0:a");
        line.set_at(20, [closing(How::Reset)]);
        line.advance_to(50);
        assert_eq!((line.output().as_str(), line.chain().closed()), ("", None));
        line.set_at(60, NO_FAULTS);
        assert_eq!(line.finish(), "60:FIN", "what waits is lost with its connection");
    }

    #[test]
    fn ends_can_pass() {
        let passing = Blackhole { ends: Ends::Pass, ..Blackhole::default() };
        assert_eq!(run([passing], "0:a 1:FIN"), "1:FIN");
        let behind = Blackhole { data: Some(Unsent::Hold), ..passing };
        assert!(behind.suits(Transport::Stream).is_err(), "not past data that waits");
    }

    #[test]
    fn it_closes_after_its_time_from_the_meeting_or_the_first_data() {
        let after =
            Blackhole { close_after: Some(Duration::from_millis(40)), ..Blackhole::default() };
        assert_eq!(run([after], "10:a 20:b"), "40:FIN");
        for data in [None, Some(Unsent::Discard)] {
            let first = Blackhole { since: Since::FirstData, data, ..after };
            assert_eq!(run([first], "10:a 20:b"), "50:FIN");
        }
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
