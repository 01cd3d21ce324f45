//! `limit_bytes`

use std::sync::Arc;
use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::budget::{Budget, Grant, Member};
use super::can_close;
use crate::kind::Kind;
use crate::units::ByteSize;
use crate::{Fault, How, Meeting, Outbox, Scope, Segment, Transport};

/// Passes exactly so many bytes, then closes the connection, both sides.
///
/// The bytes arrive first, also before a reset. A datagram is not cut: one that does not fit is left
/// out whole. An update of the entry does not start its count
/// anew: a limit lowered below the count closes at the next data.
///
/// With the scope `gate`, all connections of the gate share the bytes: the one that takes the last
/// closes all that there are, and those that come later have as many bytes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitBytes {
    /// The number of bytes that pass; with 0 the first data closes, and none passes.
    pub bytes: ByteSize,
    /// Whether each connection may pass so many, or all of the gate together, in this direction.
    #[serde(default)]
    pub scope: Scope,
    /// How the connection is closed.
    #[serde(default)]
    pub how: How,
}

impl LimitBytes {
    /// Closes each connection in order after `bytes` bytes.
    pub fn new(bytes: u64) -> Self {
        LimitBytes { bytes: ByteSize::new(bytes), scope: Scope::Connection, how: How::Fin }
    }
}

impl Kind for LimitBytes {
    const EXAMPLE: &'static str = "limit_bytes:bytes=64KiB,how=reset";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let budget = match self.scope {
            Scope::Connection => Arc::new(Budget::of_which(meeting.taken)),
            Scope::Gate => meeting.shared(Option::unwrap_or_default),
        };
        // A connection that stood before had no part in it as long as the entry was another.
        let since = meeting.connected.max(meeting.set_at);
        let member = budget.enter(since, meeting.waker.clone());
        Some(Box::new(Limited {
            bytes: self.bytes.get(),
            how: self.how,
            transport: meeting.transport,
            member,
        }))
    }

    fn heeds_others(&self) -> bool {
        self.scope == Scope::Gate
    }

    fn acts_unseen(&self) -> bool {
        self.scope == Scope::Gate
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        can_close(self.how, transport)
    }
}

struct Limited {
    bytes: u64,
    how: How,
    transport: Transport,
    member: Member,
}

impl Fault for Limited {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        let Segment::Data(mut bytes) = segment else {
            out.push(segment, now);
            return;
        };
        let Grant::Last(last) = self.member.ask(bytes.len() as u64, self.bytes, now) else {
            out.push(Segment::Data(bytes), now);
            return;
        };
        let fits = last > 0 && bytes.len() as u64 <= last;
        bytes.truncate(usize::try_from(last).unwrap_or(usize::MAX));
        if fits || self.transport == Transport::Stream && !bytes.is_empty() {
            out.push(Segment::Data(bytes), now);
        }
        out.hit();
        out.close(self.how, now);
    }

    fn deadline(&self, now: Instant) -> Option<Instant> {
        self.member.is_over().then_some(now)
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        out.hit();
        out.close(self.how, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Direction::ToServer;
    use crate::units::Ratio;
    use crate::virtual_time::{Gate, Line, run};
    use crate::{EntrySpec, Latency};
    use std::time::Duration;

    #[test]
    fn a_connection_without_part_in_a_shared_limit_is_not_closed_when_a_change_gives_it_one() {
        let on = |part| {
            let shared = LimitBytes { scope: Scope::Gate, ..LimitBytes::new(1) };
            EntrySpec::from(shared).with_probability(Ratio::new(part).expect("a ratio"))
        };
        let closed = |gate: &mut Gate| {
            let mut is_closed = |number| gate.line(number, ToServer).chain().closed().is_some();
            (1..=20).filter(|number| is_closed(*number)).count()
        };
        let mut gate = Gate::new(20);
        gate.set(ToServer, [on(0.5)]);
        for number in 1..=20 {
            gate.line(number, ToServer).feed("1:a");
        }
        gate.advance_to(10);
        let before = closed(&mut gate);
        assert!((1..20).contains(&before), "{before}");
        gate.set_at(20, ToServer, [on(1.0)]);
        gate.advance_to(30);
        assert_eq!(closed(&mut gate), before);
    }

    #[test]
    fn it_closes_when_the_last_byte_has_passed() {
        assert_eq!(run([LimitBytes::new(5)], "0:abc 1:de 2:f"), "0:abc 1:de 1:FIN");
        assert_eq!(run([LimitBytes::new(4)], "0:abc 1:de 2:f"), "0:abc 1:d 1:FIN");
        assert_eq!(run([LimitBytes::new(9)], "0:abc 1:FIN"), "0:abc 1:FIN");
    }

    #[test]
    fn a_limit_of_zero_closes_at_the_first_data_and_passes_none() {
        assert_eq!(run([LimitBytes::new(0)], "7:abc"), "7:FIN");
    }

    #[test]
    fn its_bytes_arrive_before_the_reset_also_through_a_latency() {
        let limit = LimitBytes { how: How::Reset, ..LimitBytes::new(2) };
        let chain = [EntrySpec::from(limit), Latency::new(Duration::from_millis(100)).into()];
        assert_eq!(run(chain, "0:abc"), "100:ab 100:RST");
    }

    #[test]
    fn the_count_goes_on_when_the_limit_is_changed() {
        let mut line = Line::new([LimitBytes::new(100)]);
        line.feed("0:abc");
        line.set_at(5, [LimitBytes::new(5)]);
        line.feed("6:defg");
        assert_eq!(line.finish(), "0:abc 6:de 6:FIN");
    }

    #[test]
    fn all_connections_of_a_gate_share_the_bytes_and_the_last_one_closes_them_all() {
        let mut gate = gate(5, 3);
        gate.line(1, ToServer).feed("0:ab");
        gate.line(2, ToServer).feed("10:cdef");
        gate.line(3, ToServer).feed("20:g");
        gate.finish();
        let outputs = [1, 2, 3].map(|number| gate.line(number, ToServer).output());
        assert_eq!(outputs, ["0:ab 10:FIN", "10:cde 10:FIN", "10:FIN"]);
        let hits = [1, 2, 3].map(|number| gate.line(number, ToServer).hits("limit_bytes"));
        assert_eq!(hits, [1; 3]);
    }

    #[test]
    fn who_comes_later_has_as_many_bytes_again_and_nothing_of_the_old_ones() {
        let mut gate = gate(3, 1);
        gate.line(1, ToServer).feed("0:ab");
        gate.advance_to(5);
        let second = gate.connect();
        gate.line(1, ToServer).feed("10:c");
        gate.advance_to(20);
        let third = gate.connect();
        gate.line(third, ToServer).feed("30:ab 40:FIN");
        gate.finish();
        assert_eq!(gate.line(second, ToServer).output(), "10:FIN");
        assert_eq!(gate.line(third, ToServer).output(), "30:ab 40:FIN");
    }

    #[test]
    fn the_count_of_a_gate_goes_on_when_the_limit_is_changed() {
        let mut gate = gate(100, 2);
        gate.line(1, ToServer).feed("0:abc");
        gate.set_at(5, ToServer, [LimitBytes { scope: Scope::Gate, ..LimitBytes::new(5) }]);
        gate.line(2, ToServer).feed("6:defg");
        gate.finish();
        assert_eq!(gate.line(1, ToServer).output(), "0:abc 6:FIN");
        assert_eq!(gate.line(2, ToServer).output(), "6:de 6:FIN");
    }

    /// A gate with so many connections, which may pass so many bytes together.
    fn gate(bytes: u64, connections: usize) -> Gate {
        let mut gate = Gate::new(connections);
        gate.set(ToServer, [LimitBytes { scope: Scope::Gate, ..LimitBytes::new(bytes) }]);
        gate
    }

    #[test]
    fn a_limit_below_the_count_closes_at_the_next_data() {
        let mut line = Line::new([LimitBytes::new(100)]);
        line.feed("0:abc");
        line.set_at(5, [LimitBytes::new(2)]);
        line.feed("6:d");
        assert_eq!(line.finish(), "0:abc 6:FIN");
    }
}
