//! What a segment costs in a chain: on its way through each fault, and through several.
//!
//! Segments of 64 bytes come 10 µs apart, in virtual time, which goes on by itself where a fault has
//! no room for the next one. A figure is for one segment that came in, with all that follows of it:
//! its pieces, the moments that a fault asked for, its delivery. What the figures of some faults
//! mean:
//!
//! - A fault that closes the connection meets a new one each time. So `close_on_data` and
//!   `limit_bytes` are measured until they close, with that; `lifetime` and `reset` while they wait.
//! - `stall` takes nothing: it is one look at a socket that has data.
//! - `slice` and `bandwidth` cut, and deliver several pieces for a segment.
//!
//! The faults are the examples of the catalogue, so a new one is measured without a change here.

use std::time::{Duration, Instant};

use bytes::Bytes;
use chaosgate_faults::virtual_time::{Line, NO_FAULTS};
use chaosgate_faults::{Chain, EntrySpec, FaultList, Origin, Segment, Sink, Transport, catalogue};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

/// A connection has no more segments than this.
const SEGMENTS: u64 = 1_000;

const SIZE: usize = 64;

const GAP: Duration = Duration::from_micros(10);

/// One direction of a connection, and its time.
struct Driver {
    chain: Chain,
    now: Instant,
}

impl Driver {
    fn new(list: &FaultList, origin: Origin) -> Self {
        let now = origin.connected;
        let mut chain = Chain::new(origin, now);
        chain.switch(list, now);
        Driver { chain, now }
    }

    /// Lets segments come, at most so many, until a fault closes; how many came, with the one that
    /// finds no room for ever.
    fn run(&mut self, most: u64, segment: &Bytes) -> u64 {
        for number in 1..=most {
            self.now += GAP;
            self.deliver();
            self.send(segment.clone());
            if self.chain.closed().is_some() {
                return number;
            }
        }
        while self.go_on() {}
        most
    }

    fn send(&mut self, mut rest: Bytes) {
        while !rest.is_empty() {
            let room = self.chain.room().min(rest.len());
            if room > 0 {
                self.chain.push(Segment::Data(rest.split_to(room)), self.now);
                self.deliver();
            } else {
                self.chain.on_wait(self.now);
                if !self.go_on() {
                    return;
                }
            }
        }
    }

    /// Goes on to the moment when something is due, if ever.
    fn go_on(&mut self) -> bool {
        let Some(next) = self.chain.deadline(self.now, Sink::Open) else { return false };
        self.now = next;
        self.deliver();
        true
    }

    fn deliver(&mut self) {
        while let Some(segment) = self.chain.poll(self.now, Sink::Open) {
            std::hint::black_box(segment);
        }
    }
}

/// The time for so many segments, on as many connections as that takes.
#[expect(clippy::disallowed_methods, reason = "it is real time that is measured")]
fn time_for(segments: u64, faults: &[EntrySpec]) -> Duration {
    let transports = [Transport::Stream, Transport::Datagram];
    let suits =
        |transport: &Transport| faults.iter().all(|entry| entry.fault().suits(*transport).is_ok());
    let transport = transports.into_iter().find(suits).expect("one that suits");
    let origin = Origin { transport, ..origin() };
    let list = FaultList::new(transport).replaced(faults.iter().cloned(), origin.connected);
    let list = list.expect("names that differ, and faults that suit");
    let data = Bytes::from_static(&[0; SIZE]);
    let (mut done, mut time) = (0, Duration::ZERO);
    while done < segments {
        let mut driver = Driver::new(&list, origin.clone());
        let begin = Instant::now();
        done += driver.run(SEGMENTS.min(segments - done), &data);
        time += begin.elapsed();
    }
    time
}

/// Virtual time begins where that of the tests does.
fn origin() -> Origin {
    let mut origin = None;
    Line::with_origin(NO_FAULTS, |given| origin = Some(given.clone()));
    origin.expect("it was given")
}

fn each_fault(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fault");
    for kind in catalogue::all() {
        let fault: EntrySpec = kind.example.parse().expect(kind.example);
        group.bench_function(kind.name, |bencher| {
            bencher.iter_custom(|segments| time_for(segments, std::slice::from_ref(&fault)));
        });
    }
}

/// Of one kind, so that nothing differs but how many there are.
fn several_faults(criterion: &mut Criterion) {
    let latency: EntrySpec = "latency:delay=100us".parse().expect("a fault");
    let mut group = criterion.benchmark_group("latencies");
    for count in [0, 1, 3, 8] {
        let faults = vec![latency.clone(); count];
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter_custom(|segments| time_for(segments, &faults));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = each_fault, several_faults
}
criterion_main!(benches);
