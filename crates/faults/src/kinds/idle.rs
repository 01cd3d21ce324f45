//! `idle`

use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::can_close;
use super::flow::{Flow, Flows, Memory, State};
use crate::clock::later;
use crate::kind::Kind;
use crate::units::duration;
use crate::{At, Fault, How, Meeting, Outbox, Segment, Transport};

/// Ends a connection that has been silent for so long, as a NAT or a load balancer does that forgets
/// the flow.
///
/// The clock starts when the fault meets the connection, and anew with every byte that counts. Set it
/// on one direction: on both, two clocks run, and each counts a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Idle {
    /// How long no byte may come.
    #[serde(with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub timeout: Duration,
    /// Whose bytes count: those of both directions, or of this one alone.
    #[serde(default)]
    pub of: Of,
    /// Whether it takes effect when the time is over, or with the first data after that.
    #[serde(default)]
    pub at: At,
    /// What becomes of the connection: it is closed in order or by a reset, or nothing comes through
    /// any more in either direction, no end of stream either, until the fault is removed or changed.
    #[serde(default)]
    pub then: Then,
}

/// Whose bytes an [`Idle`] counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Those of both directions.
    #[default]
    Both,
    /// Those of the direction that the fault is set on.
    This,
}

/// What an [`Idle`] makes of a connection whose time is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// It is closed in order.
    #[default]
    Fin,
    /// It is reset.
    Reset,
    /// Nothing comes through in either direction until the fault is removed or changed. What is sent on
    /// a stream meanwhile waits; datagrams are discarded.
    Blackhole,
}

impl Idle {
    /// Closes in order when no byte has come for so long in either direction.
    pub fn new(timeout: Duration) -> Self {
        Idle { timeout, of: Of::Both, at: At::Expiry, then: Then::Fin }
    }

    fn meet(self, meeting: &Meeting) -> Idling {
        let flows: Arc<Flows> = meeting.shared(|_| Arc::default());
        let flow = flows.of(meeting.connection, meeting.now);
        Idling { spec: self, transport: meeting.transport, flow }
    }
}

impl Kind for Idle {
    const EXAMPLE: &'static str = "idle:timeout=30s,at=next_data,then=reset";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        Some(Box::new(self.meet(meeting)))
    }

    fn works_both_ways(&self) -> bool {
        self.of == Of::Both || self.then == Then::Blackhole
    }

    /// One that has expired wants to be called whenever it is asked.
    fn heeds_others(&self) -> bool {
        true
    }

    fn start_opposite(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let (idling, waker) = (self.meet(meeting), meeting.waker.clone());
        Some(Box::new(Opposite { idling, holds: false, waker }))
    }

    fn acts_unseen(&self) -> bool {
        true
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        match self.then {
            Then::Reset => can_close(How::Reset, transport),
            Then::Fin | Then::Blackhole => Ok(()),
        }
    }
}

/// The part on the direction that the fault is set on: it ends the connection.
struct Idling {
    spec: Idle,
    transport: Transport,
    flow: Arc<Flow>,
}

/// The part on the other direction.
struct Opposite {
    idling: Idling,
    /// It holds something.
    holds: bool,
    /// Wakes the connection for the first part.
    waker: Waker,
}

impl Idling {
    /// When the time of a flow is over.
    fn expiry(&self) -> Instant {
        later(self.flow.state().last, self.spec.timeout)
    }

    /// Lets the segment through if the flow is known, and gives whether it is.
    fn pass(&self, segment: Segment, counts: bool, now: Instant, out: &mut Outbox) -> Memory {
        let mut state = self.flow.state();
        let is_over = later(state.last, self.spec.timeout) <= now;
        if segment.is_data() && counts && state.memory == Memory::Known {
            if is_over {
                state.memory = Memory::Expired;
            } else {
                // The other direction may have been looked at later than this moment.
                state.last = state.last.max(now);
            }
        }
        match state.memory {
            Memory::Known => out.push(segment, now),
            _ if segment.is_data() && !self.keeps_data() => out.lose(&segment),
            _ => out.hold(segment),
        }
        state.memory
    }

    fn end(&self, now: Instant, out: &mut Outbox) {
        out.hit();
        self.flow.state().memory = Memory::Forgotten;
        match self.spec.then {
            Then::Fin => out.close(How::Fin, now),
            Then::Reset => out.abort(),
            Then::Blackhole => {}
        }
    }

    /// Whether data waits that does not come through: a stream is whole when the flow is found again.
    /// Where it is to be closed instead, the fault may go before that comes to pass.
    fn keeps_data(&self) -> bool {
        self.transport == Transport::Stream
    }

    /// Of a stream that does not come through nothing more is read.
    fn room(&self) -> usize {
        if self.keeps_data() && !self.is_known() { 0 } else { usize::MAX }
    }

    fn is_known(&self) -> bool {
        self.flow.state().memory == Memory::Known
    }
}

impl Fault for Idling {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if self.pass(segment, true, now, out) == Memory::Expired {
            self.end(now, out);
        }
    }

    fn room(&self, _: usize) -> usize {
        self.room()
    }

    fn deadline(&self, now: Instant) -> Option<Instant> {
        let memory = self.flow.state().memory;
        match memory {
            Memory::Known if self.spec.at == At::Expiry => Some(self.expiry()),
            Memory::Expired => Some(now),
            Memory::Known | Memory::Forgotten => None,
        }
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        // Without it, a byte of the other direction may have come in this very moment.
        if !self.is_known() || self.expiry() <= now {
            self.end(now, out);
        }
    }

    /// The flow is found again, also by the part on the other direction, which may stay.
    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        *self.flow.state() = State { last: now, memory: Memory::Known };
        out.release(now);
    }

    fn on_cut(&mut self, now: Instant, out: &mut Outbox) {
        out.release_as(now, |_lost| None);
    }

    fn lets_reset_overtake(&self) -> bool {
        self.is_known()
    }
}

impl Fault for Opposite {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        let counts = self.idling.spec.of == Of::Both;
        if self.idling.pass(segment, counts, now, out) == Memory::Expired {
            self.waker.wake_by_ref();
        }
        self.holds |= out.has_held();
    }

    fn room(&self, _: usize) -> usize {
        self.idling.room()
    }

    fn deadline(&self, now: Instant) -> Option<Instant> {
        (self.holds && self.idling.is_known()).then_some(now)
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        self.holds = false;
        out.release(now);
    }

    fn on_cut(&mut self, now: Instant, out: &mut Outbox) {
        out.release_as(now, |_lost| None);
    }

    fn lets_reset_overtake(&self) -> bool {
        self.idling.is_known()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Direction::{ToClient, ToServer};
    use crate::virtual_time::{Gate, Line, NO_FAULTS, ms, run};
    use crate::{EntrySpec, Latency};

    fn idle() -> Idle {
        Idle::new(ms(100))
    }

    /// A connection with this fault on its way to the server.
    fn gate(fault: Idle) -> Gate {
        let mut gate = Gate::new(1);
        gate.set(ToServer, [fault]);
        gate
    }

    /// What came out to the server and to the client, when all is over.
    fn outputs(gate: &mut Gate) -> [String; 2] {
        gate.finish();
        [ToServer, ToClient].map(|direction| gate.line(1, direction).output())
    }

    #[test]
    fn a_connection_that_was_silent_so_long_is_closed() {
        assert_eq!(run([idle()], "50:a 149:b"), "50:a 149:b 249:FIN");
        assert_eq!(run([idle()], ""), "100:FIN");
        let reset = Idle { then: Then::Reset, ..idle() };
        let mut line = Line::new([reset]);
        line.feed("5:a");
        assert_eq!((line.finish().as_str(), line.hits("idle")), ("5:a", 1));
        assert_eq!(line.now_ms(), 105);
    }

    #[test]
    fn the_bytes_of_both_directions_count_or_those_of_this_one_alone() {
        for (of, closed) in [(Of::Both, "0:a 180:FIN"), (Of::This, "0:a 100:FIN")] {
            let mut gate = gate(Idle { of, ..idle() });
            gate.line(1, ToServer).feed("0:a");
            gate.line(1, ToClient).feed("80:b");
            assert_eq!(outputs(&mut gate)[0], closed);
        }
    }

    #[test]
    fn the_first_data_after_its_time_can_be_what_closes_it_and_is_not_delivered() {
        let late = Idle { at: At::NextData, ..idle() };
        assert_eq!(run([late], "99:a 300:b 301:c"), "99:a 300:FIN");
        assert_eq!(run([late], "99:a 300:FIN"), "99:a 300:FIN", "an end is no data");

        let mut gate = gate(late);
        gate.line(1, ToClient).feed("50:a 200:b");
        assert_eq!(outputs(&mut gate), ["200:FIN", "50:a"]);
        assert_eq!(gate.line(1, ToServer).hits("idle"), 1);
    }

    #[test]
    fn a_forgotten_flow_lets_nothing_through_either_way_until_it_is_healed() {
        for at in [At::Expiry, At::NextData] {
            let mut gate = gate(Idle { then: Then::Blackhole, at, ..idle() });
            gate.line(1, ToServer).feed("0:a 150:b 160:FIN");
            gate.line(1, ToClient).feed("50:c 170:d 180:FIN");
            gate.set_at(500, ToServer, NO_FAULTS);
            assert_eq!(outputs(&mut gate), ["0:a 500:b 500:FIN", "50:c 500:d 500:FIN"]);
            assert_eq!(gate.line(1, ToServer).hits("idle"), 1);
        }
    }

    #[test]
    fn a_forgotten_flow_swallows_a_reset_also_of_the_other_side() {
        let mut gate = gate(Idle { then: Then::Blackhole, of: Of::This, ..idle() });
        for direction in [ToServer, ToClient] {
            assert!(gate.line(1, direction).chain().lets_reset_overtake());
        }
        gate.advance_to(100);
        for direction in [ToServer, ToClient] {
            assert!(!gate.line(1, direction).chain().lets_reset_overtake());
        }
    }

    #[test]
    fn each_connection_has_its_own_clock_also_one_that_comes_later() {
        let mut gate = gate(idle());
        gate.advance_to(30);
        let second = gate.connect();
        gate.line(1, ToClient).feed("90:a");
        gate.finish();
        assert_eq!(gate.line(1, ToServer).output(), "190:FIN");
        assert_eq!(gate.line(second, ToServer).output(), "130:FIN");
    }

    #[test]
    fn a_change_starts_the_clock_anew_and_finds_a_forgotten_flow_again() {
        let blackhole = Idle { then: Then::Blackhole, ..idle() };
        let mut gate = gate(blackhole);
        gate.line(1, ToClient).feed("150:late");
        gate.set_at(200, ToServer, [Idle { timeout: ms(50), ..blackhole }]);
        gate.line(1, ToClient).feed("240:a 300:b");
        assert_eq!(outputs(&mut gate), ["", "200:late 240:a"]);
    }

    #[test]
    fn a_move_leaves_a_flow_forgotten_in_both_directions_until_it_is_healed() {
        let idle = || EntrySpec::from(Idle { then: Then::Blackhole, ..idle() });
        let latency = || EntrySpec::from(Latency::new(ms(0)));
        let mut gate = Gate::new(1);
        gate.set(ToServer, [idle(), latency()]);
        gate.line(1, ToServer).feed("150:a 160:FIN");
        gate.line(1, ToClient).feed("170:b 180:FIN");
        gate.set_at(200, ToServer, [latency(), idle()]);
        gate.set_at(300, ToServer, [latency()]);
        assert_eq!(outputs(&mut gate), ["300:a 300:FIN", "300:b 300:FIN"]);
    }

    #[test]
    fn a_byte_that_was_late_on_its_way_does_not_turn_the_clock_back() {
        let mut gate = Gate::new(1);
        gate.set(ToClient, [EntrySpec::from(Latency::new(ms(10))), idle().into()]);
        gate.line(1, ToClient).feed("20:a");
        gate.advance_to(20);
        gate.skip_to(70);
        gate.line(1, ToServer).feed("70:b");
        gate.finish();
        assert_eq!(gate.line(1, ToClient).output(), "70:a 170:FIN");
    }

    #[test]
    fn what_has_been_met_is_not_remembered_for_ever() {
        let flows = Arc::new(Flows::default());
        let flow = flows.of(1, crate::virtual_time::epoch());
        assert!(Arc::ptr_eq(&flow, &flows.of(1, crate::virtual_time::epoch())));
        drop(flow);
        assert_eq!(format!("{flows:?}"), format!("{:?}", Flows::default()));
    }
}
