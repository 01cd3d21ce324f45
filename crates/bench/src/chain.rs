//! Segments on their way through chains of faults.
//!
//! They come 10 µs apart, in virtual time, and the chain is asked for each of them what a pump asks
//! it: for its room, for what is due, for its next deadline, for its hits.

use std::time::{Duration, Instant};

use bytes::Bytes;
use chaosgate_faults::virtual_time::{Line, NO_FAULTS};
use chaosgate_faults::{Chain, EntrySpec, FaultList, Segment, Sink, Transport};

use crate::Workload;

pub(crate) static WORKLOADS: [Workload; 4] = [
    workload("chain-empty", |segments| run(segments, &[])),
    workload("chain-latency", |segments| run(segments, &["latency:delay=100us,jitter=10us"])),
    workload("chain-latency-bandwidth", |segments| {
        run(segments, &["latency:delay=100us,jitter=10us", "bandwidth:rate=8MB/s,burst=1kB"]);
    }),
    workload("chain-slice-corrupt", |segments| {
        run(segments, &["slice:size=20B,variation=4B", "corrupt:ratio=0.01"]);
    }),
];

const fn workload(name: &'static str, run: fn(u64)) -> Workload {
    Workload { name, each: "segment", sizes: [2_000, 10_000], run }
}

/// How many bytes a segment has.
const SIZE: usize = 64;

/// The time between two segments.
const GAP: Duration = Duration::from_micros(10);

/// Lets so many segments come to the faults, and all that follows of them happen.
fn run(segments: u64, faults: &[&str]) {
    let mut driver = Driver::new(faults);
    let segment = Bytes::from_static(&[0; SIZE]);
    for _ in 0..segments {
        driver.now += GAP;
        driver.deliver();
        driver.send(segment.clone());
    }
    while driver.go_on() {}
}

/// One direction of a connection, and its time.
struct Driver {
    chain: Chain,
    now: Instant,
}

impl Driver {
    fn new(faults: &[&str]) -> Self {
        // Virtual time begins where a line has it begin, whose seed is fixed too.
        let mut origin = None;
        Line::with_origin(NO_FAULTS, |given| origin = Some(given.clone()));
        let origin = origin.expect("it was given");
        let now = origin.connected;
        let faults = faults.iter().map(|fault| fault.parse::<EntrySpec>().expect(fault));
        let list = FaultList::new(Transport::Stream).replaced(faults, now);
        let mut chain = Chain::new(origin, now);
        chain.switch(&list.expect("names that differ"), now);
        Driver { chain, now }
    }

    /// Sends as much as there is room for, until nothing is left.
    fn send(&mut self, mut rest: Bytes) {
        while !rest.is_empty() {
            let room = self.chain.room().min(rest.len());
            if room > 0 {
                self.chain.push(Segment::Data(rest.split_to(room)), self.now);
                self.deliver();
            } else {
                assert!(self.go_on(), "a chain that has no room has a deadline");
            }
        }
    }

    /// Goes on to the moment when something is due, if ever.
    fn go_on(&mut self) -> bool {
        let Some(next) = self.chain.deadline(self.now, Sink::Open) else { return false };
        self.now = self.now.max(next);
        self.deliver();
        true
    }

    /// What a pump does in one turn.
    fn deliver(&mut self) {
        while let Some(segment) = self.chain.poll(self.now, Sink::Open) {
            std::hint::black_box(segment);
        }
        self.chain.report(|entry, tally| {
            std::hint::black_box((entry, tally));
        });
        std::hint::black_box(self.chain.deadline(self.now, Sink::Open));
    }
}
