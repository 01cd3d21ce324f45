//! `bandwidth`

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::room_ahead;
use crate::chain::AHEAD;
use crate::clock::later;
use crate::spec::Kind;
use crate::units::{ByteRate, ByteSize};
use crate::{Fault, Meeting, Outbox, Segment};

/// A limited rate: a token bucket on an absolute schedule.
///
/// Data leaves in pieces of 1 ms worth, at least a byte. About 20 ms worth is taken in ahead; then
/// the sender feels it. What was not used is not saved up beyond `burst`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bandwidth {
    /// Bytes per second.
    pub rate: ByteRate,
    /// How much passes at once after a rest; the default is 1 ms worth. With 0 a piece arrives
    /// when its last byte would.
    #[serde(default)]
    pub burst: Option<ByteSize>,
}

impl Bandwidth {
    /// This rate, with a burst of 1 ms worth.
    pub fn new(rate: ByteRate) -> Self {
        Bandwidth { rate, burst: None }
    }
}

/// The worth of one piece.
const QUANTUM: Duration = Duration::from_millis(1);

impl Kind for Bandwidth {
    const EXAMPLE: &'static str = "bandwidth:rate=1MB/s,burst=10kB";

    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
        let worth = |time| usize::try_from(self.rate.bytes_in(time)).unwrap_or(usize::MAX);
        let piece = worth(QUANTUM).max(1);
        Some(Box::new(Limiting {
            rate: self.rate,
            burst: self.burst.map_or(QUANTUM, |burst| self.rate.time_for(burst.get())),
            piece,
            // With two pieces there is always one on the schedule while the next one comes in.
            capacity: worth(AHEAD).max(piece.saturating_mul(2)),
            busy_since: meeting.now,
            sent: 0,
        }))
    }
}

struct Limiting {
    rate: ByteRate,
    /// How far ahead of its schedule a piece may leave.
    burst: Duration,
    piece: usize,
    capacity: usize,
    /// The schedule: `sent` bytes since this moment. Both are exact, so no error adds up.
    busy_since: Instant,
    sent: u64,
}

impl Limiting {
    /// When a piece leaves that came at `now`.
    fn schedule(&mut self, piece: usize, now: Instant) -> Instant {
        if later(self.busy_since, self.rate.time_for(self.sent)) < now {
            self.busy_since = now;
            self.sent = 0;
        }
        self.sent += piece as u64;
        let ends = later(self.busy_since, self.rate.time_for(self.sent));
        ends.checked_sub(self.burst).map_or(now, |due| due.max(now))
    }
}

impl Fault for Limiting {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        let Segment::Data(mut bytes) = segment else {
            out.push(segment, now);
            return;
        };
        let mut due = now;
        while !bytes.is_empty() {
            let piece = bytes.split_to(self.piece.min(bytes.len()));
            due = self.schedule(piece.len(), now);
            out.push(Segment::Data(piece), due);
        }
        if due > now {
            out.hit();
        }
    }

    fn room(&self, held: usize) -> usize {
        room_ahead(self.capacity, held)
    }

    fn rate(&self) -> Option<ByteRate> {
        Some(self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_time::{Line, NO_FAULTS, run};
    use crate::{EntrySpec, Latency};

    fn rate(bytes_per_second: u32) -> Bandwidth {
        Bandwidth::new(ByteRate::new(bytes_per_second.into()).expect("a rate"))
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

    #[test]
    fn its_removal_releases_what_it_held_at_once() {
        let mut line = Line::new([without_burst(1000)]);
        line.feed("0:abcd");
        line.set_at(2, NO_FAULTS);
        assert_eq!(line.finish(), "1:a 2:b 2:c 2:d");
    }
}
