//! `coalesce`

use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::only_for_streams;
use crate::clock::later;
use crate::kind::Kind;
use crate::units::{ByteSize, duration};
use crate::{Fault, Meeting, Outbox, Segment, Transport};

/// Holds data back until so much is there, and then passes all of it on in one piece.
///
/// The rest goes on at the end of stream, when the fault is removed, or after `max_wait`. No more
/// than the gate's `buffer` is held, 128 bytes for each segment included: when that is full, what is
/// there goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coalesce {
    /// How many bytes must be there; with 0 everything passes as it comes.
    pub size: ByteSize,
    /// How long after the first byte that is held all of it goes on, however little it is.
    #[serde(default = "a_minute", with = "duration")]
    #[schemars(schema_with = "duration::schema")]
    pub max_wait: Duration,
}

fn a_minute() -> Duration {
    Duration::from_mins(1)
}

impl Coalesce {
    /// Pieces of at least `size` bytes, for which data waits a minute at most.
    pub fn new(size: u64) -> Self {
        Coalesce { size: ByteSize::new(size), max_wait: a_minute() }
    }
}

impl Kind for Coalesce {
    const EXAMPLE: &'static str = "coalesce:size=4KiB,max_wait=200ms";

    fn start(&self, _: &Meeting) -> Option<Box<dyn Fault>> {
        let gathering = Gathering { spec: *self, held: 0, due: None };
        (self.size.get() > 0).then(|| Box::new(gathering) as Box<dyn Fault>)
    }

    fn suits(&self, transport: Transport) -> Result<(), &'static str> {
        only_for_streams(transport, "two datagrams never become one")
    }
}

struct Gathering {
    spec: Coalesce,
    /// Bytes that are held.
    held: u64,
    /// When they go on.
    due: Option<Instant>,
}

impl Gathering {
    fn release(&mut self, now: Instant, out: &mut Outbox) {
        out.release_joined(now);
        self.held = 0;
        self.due = None;
    }
}

impl Fault for Gathering {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        let total = self.held + segment.len() as u64;
        let is_enough = total >= self.spec.size.get();
        if segment.is_data() && !(is_enough && self.held == 0) {
            out.hit();
            out.hold(segment);
            self.held = total;
            self.due.get_or_insert_with(|| later(now, self.spec.max_wait));
            if is_enough {
                self.release(now, out);
            }
        } else {
            self.release(now, out);
            out.push(segment, now);
        }
    }

    fn deadline(&self, _: Instant) -> Option<Instant> {
        self.due
    }

    fn on_deadline(&mut self, now: Instant, out: &mut Outbox) {
        self.release(now, out);
    }

    fn on_full(&mut self, now: Instant, out: &mut Outbox) {
        self.release(now, out);
    }

    fn on_removal(&mut self, now: Instant, out: &mut Outbox) {
        self.release(now, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::virtual_time::{Line, NO_FAULTS, ms, run};
    use crate::{Bandwidth, Corrupt, EntrySpec, Latency, Sink, Slice};

    #[test]
    fn data_waits_until_enough_is_there_and_then_goes_on_in_one_piece() {
        assert_eq!(run([Coalesce::new(4)], "0:a 1:bc 2:de 3:f 9:FIN"), "2:abcde 9:f 9:FIN");
    }

    #[test]
    fn what_is_large_enough_passes_at_once_and_so_does_all_with_a_size_of_0() {
        assert_eq!(run([Coalesce::new(2)], "0:abc 1:de 2:FIN"), "0:abc 1:de 2:FIN");
        assert_eq!(run([Coalesce::new(0)], "0:a 1:b 2:FIN"), "0:a 1:b 2:FIN");
    }

    #[test]
    fn the_rest_goes_on_so_long_after_the_first_byte_that_is_held() {
        let fault = Coalesce { max_wait: ms(100), ..Coalesce::new(10) };
        assert_eq!(run([fault], "0:a 60:b 150:c 155:d"), "100:ab 250:cd");
        assert_eq!(run([Coalesce::new(2)], "7:a"), "60007:a");
    }

    #[test]
    fn a_reset_that_comes_in_order_comes_behind_the_data() {
        assert_eq!(run([Coalesce::new(10)], "0:a 1:b 2:RST"), "2:ab 2:RST");
    }

    #[test]
    fn removed_or_changed_it_lets_go_of_the_rest_in_one_piece() {
        for after in [vec![], vec![EntrySpec::from(Coalesce::new(3))]] {
            let mut line = Line::new([Coalesce::new(10)]);
            line.feed("0:a 1:b");
            line.set_at(5, after);
            assert_eq!(line.finish(), "5:ab");
        }
    }

    #[test]
    fn what_came_after_a_switch_does_not_join_what_came_before() {
        let coalesce = || EntrySpec::from(Coalesce::new(4));
        let mut line = Line::new([coalesce()]);
        line.feed("0:ab");
        line.set_at(5, [coalesce(), Corrupt::default().into()]);
        line.feed("6:ab");
        line.finish();
        assert_eq!(line.delivered().len(), 2);
        assert_eq!(line.bytes(), [b'a', b'b', !b'a', !b'b']);
    }

    fn megabyte_per_second() -> EntrySpec {
        Bandwidth::new(1e6).expect("a rate").into()
    }

    #[test]
    fn what_it_holds_does_not_count_as_read_ahead_of_a_rate() {
        let mut line = Line::new([Coalesce::new(64 << 10).into(), megabyte_per_second()]);
        line.send_now(Segment::Data(vec![b'x'; 200_000].into()));
        line.advance_to(1_000);
        assert!(200_000 - line.bytes().len() < 64 << 10, "the rest waits, and no more");
    }

    #[test]
    fn a_full_chain_goes_on_to_what_it_waits_for() {
        let slice = Slice::new(100).expect("a size");
        let chain: [EntrySpec; 3] =
            [Latency::new(ms(100)).into(), slice.into(), Coalesce::new(4_096).into()];
        let mut line = Line::with_origin(chain, |origin| origin.buffer = 1 << 20);
        for _ in 0..64 {
            line.send_now(Segment::Data(vec![b'x'; 64_000].into()));
        }
        line.advance_to(30_000);
        assert!(line.bytes().len() > 64 * 64_000 - 4_096, "{}", line.bytes().len());
    }

    /// Each piece costs what it has, and not what waits for the sink before it.
    #[test]
    fn joining_is_no_slower_while_much_waits_for_the_sink() {
        let mut line =
            Line::new([EntrySpec::from(Latency::new(ms(1_000))), Coalesce::new(20).into()]);
        for _ in 0..100_000 {
            line.send_now(Segment::Data(vec![b'x'; 10].into()));
        }
        line.advance_to(10);
        line.set_sink(Sink::Blocked);
        line.advance_to(1_100);
        line.set_sink(Sink::Open);
        line.finish();
        assert_eq!(line.delivered().len(), 50_000);
    }

    #[test]
    fn a_segment_that_was_held_or_merged_is_a_hit() {
        let mut line = Line::new([Coalesce::new(3)]);
        line.feed("0:abc 1:a 2:bc 3:d");
        line.set_at(4, NO_FAULTS);
        line.finish();
        assert_eq!(line.hits("coalesce"), 3);
    }
}
