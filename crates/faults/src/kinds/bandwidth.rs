//! `bandwidth`

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::room_ahead;
use super::schedule::Schedule;
use crate::fault::AHEAD;
use crate::kind::Kind;
use crate::units::{ByteRate, ByteSize, UnitError};
use crate::{Fault, Meeting, Outbox, Scope, Segment, Transport};

/// A limited rate: a token bucket on an absolute schedule.
///
/// Data leaves in pieces of 1 ms worth, at least a byte. About 20 ms worth is taken in ahead; then
/// the sender feels it. What was not used is not saved up beyond `burst`; and where the receiver took
/// nothing for a while, or the gate's process was stopped, no more than those 20 ms are made up for.
///
/// A datagram is not cut: one that is larger than `burst` passes when nothing else is owed, and what
/// follows waits for its worth.
///
/// With the scope `gate`, all connections of the gate share the rate. Those that have data take
/// turns, a piece each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bandwidth {
    /// Bytes per second.
    pub rate: ByteRate,
    /// How much passes at once after a rest; the default is 1 ms worth. With 0 a piece of a stream
    /// arrives when its last byte would.
    #[serde(default)]
    pub burst: Option<ByteSize>,
    /// Whether each connection has this rate, or all of the gate together, in this direction.
    #[serde(default)]
    pub scope: Scope,
}

impl Bandwidth {
    /// This rate for each connection, with a burst of 1 ms worth: `"8Mbit/s"`, or a number of bytes per
    /// second.
    ///
    /// # Errors
    ///
    /// If it is no [`ByteRate`].
    pub fn new<R>(rate: R) -> Result<Self, UnitError>
    where
        R: TryInto<ByteRate>,
        UnitError: From<R::Error>,
    {
        Ok(Bandwidth { rate: rate.try_into()?, burst: None, scope: Scope::Connection })
    }
}

/// The worth of one piece.
const QUANTUM: Duration = Duration::from_millis(1);

impl Kind for Bandwidth {
    const EXAMPLE: &'static str = "bandwidth:rate=1MB/s,burst=10kB";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let worth = |time| usize::try_from(self.rate.bytes_in(time)).unwrap_or(usize::MAX);
        let piece = worth(QUANTUM).max(1);
        let burst = self.burst.map_or(QUANTUM, |burst| self.rate.time_for(burst.get()));
        let schedule = || Arc::new(Schedule::new(self.rate, meeting.now));
        Some(Box::new(Limiting {
            rate: self.rate,
            burst,
            transport: meeting.transport,
            piece,
            // With two pieces there is always one on the schedule while the next one comes in.
            capacity: worth(AHEAD).max(piece.saturating_mul(2)),
            schedule: match self.scope {
                Scope::Connection => schedule(),
                Scope::Gate => meeting.shared(|_| schedule()),
            },
            takes_turns: self.scope == Scope::Gate,
            last_due: meeting.now,
            planned: VecDeque::new(),
            waiting: 0,
            has_more: false,
        }))
    }

    /// By what waits before it, which comes when it goes.
    fn acts_unseen(&self) -> bool {
        true
    }
}

struct Limiting {
    rate: ByteRate,
    burst: Duration,
    transport: Transport,
    piece: usize,
    capacity: usize,
    schedule: Arc<Schedule>,
    /// It has one piece at a time on the schedule, so that others have theirs between.
    takes_turns: bool,
    /// When the last piece leaves that is on the schedule.
    last_due: Instant,
    /// The pieces that are on the schedule and still held, with the moments at which they leave. They
    /// are cut one at a time: many small ones would take far more memory than their bytes.
    planned: VecDeque<(usize, Instant)>,
    /// Bytes of a stream that are held and not on the schedule yet.
    waiting: usize,
    /// Something is held and not on the schedule yet; it may be an empty datagram.
    has_more: bool,
}

impl Limiting {
    fn put_on_schedule(&mut self, now: Instant, out: &mut Outbox) {
        let made_up = out.last_left().and_then(|left| left.checked_sub(AHEAD));
        let now = made_up.map_or(now, |made_up| made_up.max(now));
        match self.transport {
            Transport::Stream => {
                while self.waiting > 0 && self.has_turn(now) {
                    let piece = self.piece.min(self.waiting);
                    self.last_due = self.schedule.take(piece, self.burst, now);
                    self.planned.push_back((piece, self.last_due));
                    self.waiting -= piece;
                }
                self.note_more(self.waiting > 0);
                if out.first().is_none() {
                    self.cut(out);
                }
            }
            Transport::Datagram => {
                while let Some(length) = out.first_held_len()
                    && self.has_turn(now)
                {
                    // One that is larger than the bucket leaves when that is full, and a debt behind.
                    let burst = self.burst.max(self.rate.time_for(length as u64));
                    self.last_due = self.schedule.take(length, burst, now);
                    out.release_first(length, self.last_due);
                }
                self.note_more(out.has_held());
            }
        }
    }

    /// Whether it may put one more on the schedule.
    fn has_turn(&self, now: Instant) -> bool {
        !self.takes_turns || self.last_due <= now
    }

    /// Cuts off the next piece that is on the schedule.
    fn cut(&mut self, out: &mut Outbox) {
        if let Some((piece, due)) = self.planned.pop_front() {
            out.release_first(piece, due);
        }
    }

    fn note_more(&mut self, has_more: bool) {
        if std::mem::replace(&mut self.has_more, has_more) != has_more {
            self.schedule.note_waiting(has_more);
        }
    }
}

impl Fault for Limiting {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if !segment.is_data() || self.transport == Transport::Stream && segment.is_empty() {
            out.push(segment, now);
            return;
        }
        if self.transport == Transport::Stream {
            self.waiting += segment.len();
        }
        out.hold(segment);
        self.put_on_schedule(now, out);
        if self.last_due > now {
            out.hit();
        }
    }

    fn on_drained(&mut self, _: Instant, out: &mut Outbox) {
        self.cut(out);
    }

    fn room(&self, held: usize) -> usize {
        room_ahead(self.capacity, held)
    }

    fn rate(&self) -> Option<ByteRate> {
        Some(self.rate)
    }

    fn deadline(&self, _: Instant) -> Option<Instant> {
        self.has_more.then_some(self.last_due)
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        self.put_on_schedule(now, out);
    }

    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        self.note_more(false);
        out.release(now);
    }
}

impl Drop for Limiting {
    fn drop(&mut self) {
        self.note_more(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Direction::ToServer;
    use crate::virtual_time::{Gate, Line, NO_FAULTS, run};
    use crate::{EntrySpec, Latency};

    fn rate(bytes_per_second: u32) -> Bandwidth {
        Bandwidth::new(bytes_per_second).expect("a rate")
    }

    fn without_burst(bytes_per_second: u32) -> Bandwidth {
        Bandwidth { burst: Some(ByteSize::new(0)), ..rate(bytes_per_second) }
    }

    /// Sends `total` bytes at once and gives the milliseconds until the last has come.
    fn time_for(chain: impl IntoIterator<Item = EntrySpec>, total: u32) -> f64 {
        let mut line = Line::new(chain);
        line.feed(&format!("0:{}", "x".repeat(total as usize)));
        let output = line.finish();
        let last = output.rsplit(' ').next().expect("a token");
        last.split_once(':').expect("a time").0.parse().expect("a number")
    }

    #[test]
    fn a_piece_leaves_when_its_last_byte_would() {
        assert_eq!(run([without_burst(1000)], "0:abc 10:d"), "1:a 2:b 3:c 11:d");
    }

    #[test]
    fn the_burst_passes_at_once_after_a_rest() {
        let burst = Bandwidth { burst: Some(ByteSize::new(2)), ..rate(1000) };
        assert_eq!(run([burst], "0:abcd 100:efg"), "0:a 0:b 1:c 2:d 100:e 100:f 101:g");
    }

    #[test]
    fn the_rate_is_exact_from_10_bytes_to_a_gigabyte_per_second() {
        for (bytes_per_second, total) in
            [(10, 100), (1_000, 5_000), (1_000_000, 1_000_000), (1_000_000_000, 50_000_000)]
        {
            let expected = f64::from(total) * 1000.0 / f64::from(bytes_per_second);
            let took = time_for([without_burst(bytes_per_second).into()], total);
            assert!((took / expected - 1.0).abs() < 0.000_1, "{bytes_per_second} B/s: {took} ms");
        }
    }

    #[test]
    fn it_takes_in_no_more_than_20_ms_worth() {
        let mut line = Line::new([rate(1_000_000)]);
        line.feed(&format!("0:{}", "x".repeat(1_000_000)));
        line.advance_to(500);
        assert!(line.chain().held_bytes() <= 20_000, "{}", line.chain().held_bytes());
    }

    #[test]
    fn what_stands_before_it_reads_ahead_no_more_than_delay_times_rate() {
        let latency = Latency::new(Duration::from_millis(100));
        let mut line = Line::new([EntrySpec::from(latency), rate(1_000_000).into()]);
        line.feed(&format!("0:{}", "x".repeat(1_000_000)));
        line.advance_to(50);
        assert!(
            (100_000..=140_000).contains(&line.chain().held_bytes()),
            "{}",
            line.chain().held_bytes()
        );
        let took = time_for([latency.into(), rate(1_000_000).into()], 1_000_000);
        assert!((1_095.0..1_110.0).contains(&took), "latency costs no throughput: {took} ms");
    }

    /// How many of the pieces that left until then each of the connections had.
    fn shares(gate: &mut Gate, connections: usize) -> Vec<usize> {
        let numbers = 1..=connections;
        numbers.map(|number| gate.line(number, ToServer).bytes().len()).collect()
    }

    fn shared(rate: Bandwidth, connections: usize) -> Gate {
        let mut gate = Gate::new(connections);
        gate.set(ToServer, [Bandwidth { scope: Scope::Gate, ..rate }]);
        gate
    }

    #[test]
    fn connections_that_share_a_rate_take_turns_a_piece_each() {
        let mut gate = shared(without_burst(1000), 3);
        for number in 1..=3 {
            gate.line(number, ToServer).feed("0:abc");
        }
        gate.finish();
        let outputs = [1, 2, 3].map(|number| gate.line(number, ToServer).output());
        assert_eq!(outputs, ["1:a 4:b 7:c", "2:a 5:b 8:c", "3:a 6:b 9:c"]);
    }

    #[test]
    fn one_that_has_much_to_send_leaves_the_others_their_turns() {
        let mut gate = shared(rate(1_000_000), 4);
        gate.line(1, ToServer).feed(&format!("0:{}", "x".repeat(1_000_000)));
        gate.advance_to(100);
        for number in 2..=4 {
            gate.line(number, ToServer).feed(&format!("100:{}", "x".repeat(1_000_000)));
        }
        gate.advance_to(500);
        let shares = shares(&mut gate, 4);
        assert_eq!(shares.iter().sum::<usize>(), 501_000, "500 ms worth, and the burst");
        assert!(shares[1..].iter().all(|share| (99_000..=101_000).contains(share)), "{shares:?}");
    }

    #[test]
    fn what_the_others_do_not_use_one_may_use_alone() {
        let mut gate = shared(without_burst(1_000_000), 8);
        gate.line(5, ToServer).feed(&format!("0:{}", "x".repeat(100_000)));
        gate.finish();
        assert_eq!(gate.line(5, ToServer).now_ms(), 100);
        assert_eq!(gate.line(5, ToServer).bytes().len(), 100_000);
    }

    #[test]
    fn one_that_comes_while_the_others_are_late_does_not_cost_them_what_they_had_asked_for() {
        let mut gate = shared(without_burst(1_000), 2);
        gate.line(2, ToServer).feed(&format!("0:{}", "x".repeat(20)));
        gate.advance_to(0);
        gate.skip_to(11);
        gate.line(1, ToServer).feed("11:y");
        gate.finish();
        assert_eq!(gate.line(2, ToServer).now_ms(), 21);
    }

    #[test]
    fn an_empty_piece_that_a_custom_fault_makes_holds_nothing_up() {
        struct Emptying;
        impl Fault for Emptying {
            fn on_segment(&mut self, mut segment: Segment, now: Instant, out: &mut Outbox) {
                drop(segment.split_to(segment.len()));
                out.push(segment, now);
            }
        }
        let emptying = EntrySpec::from(crate::Custom::new("empty", |_| Emptying));
        assert_eq!(run([emptying, rate(1_000).into()], "0:a 1:FIN"), "0: 1:FIN");
    }

    #[test]
    fn small_segments_share_a_turn_and_the_end_of_stream_comes_behind_them() {
        let mut gate = shared(without_burst(2_000), 2);
        gate.line(1, ToServer).feed("0:a 0:b 0:c 0:FIN");
        gate.line(2, ToServer).feed("0:defg");
        gate.finish();
        let outputs = [1, 2].map(|number| gate.line(number, ToServer).output());
        assert_eq!(outputs, ["0.5:a 2.5:b 2.5:c 2.5:FIN", "1.5:de 3.5:fg"]);
    }

    #[test]
    fn its_removal_releases_what_it_held_at_once() {
        let mut line = Line::new([without_burst(1000)]);
        line.feed("0:abcd");
        line.set_at(2, NO_FAULTS);
        assert_eq!(line.finish(), "1:a 2:b 2:c 2:d");
    }
}
