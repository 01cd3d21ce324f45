//! A chain goes beyond its buffer by no more than two pieces at each fault, and never spins.

use std::time::{Duration, Instant};

use bytes::Bytes;
use chaosgate_faults::virtual_time::{Line, ms};
use chaosgate_faults::{Chain, EntrySpec, FaultList, FaultSpec, Origin, Segment, Series, Sink};
use proptest::prelude::*;

use crate::strategies::{bytes, list, passing};

/// A sender that always has data, and a receiver that reads at times.
struct Driver {
    chain: Chain,
    now: Instant,
    sink: Sink,
    unsent: Bytes,
    delivered: usize,
    most_charged: usize,
    rounds: usize,
}

impl Driver {
    fn new(faults: &[EntrySpec], seed: u64, buffer: usize, total: usize) -> Self {
        let mut origin: Option<Origin> = None;
        Line::with_origin(faults.iter().cloned(), |given| {
            (given.series, given.buffer) = (Series::first(seed), buffer);
            origin = Some(given.clone());
        });
        let origin = origin.expect("an origin");
        let now = origin.connected;
        let list = FaultList::default().replaced(faults.iter().cloned(), now).expect("a list");
        let mut chain = Chain::new(origin, now);
        chain.switch(&list, now);
        let unsent = bytes(total).into();
        Driver { chain, now, sink: Sink::Open, unsent, delivered: 0, most_charged: 0, rounds: 0 }
    }

    /// Does all that there is to do until then.
    fn advance(&mut self, to: Instant) {
        loop {
            self.settle();
            let next = self.chain.deadline(self.now, self.sink).filter(|next| *next <= to);
            let Some(next) = next else { break };
            // One that has passed means that the chain has given way.
            self.now = self.now.max(next);
        }
        self.now = to;
    }

    fn settle(&mut self) {
        loop {
            self.rounds += 1;
            while let Some(segment) = self.chain.poll(self.now, self.sink) {
                self.delivered += segment.len();
                self.rounds += 1;
            }
            self.most_charged = self.most_charged.max(self.chain.charge());
            let room = self.chain.room().min(self.unsent.len());
            if room == 0 {
                break;
            }
            self.chain.push(Segment::Data(self.unsent.split_to(room)), self.now);
            self.most_charged = self.most_charged.max(self.chain.charge());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_chain_stays_within_its_bound_and_does_no_more_than_there_is_to_do(
        faults in list(passing()),
        seed: u64,
        buffer in Segment::OVERHEAD + 1..10_000,
        waits in prop::collection::vec(0..100_u64, 0..20),
    ) {
        const TOTAL: usize = 5_000;
        let mut driver = Driver::new(&faults, seed, buffer, TOTAL);
        for (place, wait) in waits.iter().enumerate() {
            driver.sink = if place % 2 == 0 { Sink::Blocked } else { Sink::Open };
            driver.advance(driver.now + ms(*wait));
        }
        driver.sink = Sink::Open;
        driver.advance(driver.now + Duration::from_hours(10));

        // Where nothing stands behind a fault, it is given a part all the same, and cuts one off that.
        let (charged, most) =
            (driver.most_charged, buffer + faults.len().max(1) * 2 * Segment::OVERHEAD);
        prop_assert!(charged <= most, "{charged} of {buffer}");
        prop_assert_eq!(driver.delivered, TOTAL);
        // A byte makes at most a round at each fault, a switch of the sink one, an end one.
        let most = TOTAL * (faults.len() + 2) + waits.len() + 100;
        prop_assert!(driver.rounds <= most, "{} rounds", driver.rounds);
    }

    /// Nothing waits for what is itself waiting: all comes in the time that the rates, the delays, and
    /// a wait for the last piece take together.
    #[test]
    fn what_comes_takes_no_longer_than_its_faults_ask_for(
        faults in list(passing()),
        seed: u64,
    ) {
        const TOTAL: usize = 5_000;
        let start = chaosgate_faults::virtual_time::epoch();
        let mut driver = Driver::new(&faults, seed, 1 << 20, TOTAL);
        let most: Duration = faults.iter().map(|entry| longest(entry, TOTAL)).sum();
        driver.advance(start + most);
        prop_assert!(driver.delivered == TOTAL, "{} after {most:?}", driver.delivered);
    }
}

/// How long this fault may take for so many bytes, which come all at once and may come to it one by
/// one.
fn longest(entry: &EntrySpec, total: usize) -> Duration {
    let each = u32::try_from(total).expect("some thousands");
    // A fault is called at most every 0.1 ms.
    let calls = Duration::from_micros(100) * each;
    calls
        + match entry.fault() {
            FaultSpec::Latency(latency) => latency.delay + latency.jitter * 100,
            FaultSpec::Bandwidth(bandwidth) => bandwidth.rate.time_for(total as u64),
            FaultSpec::Slice(slice) => slice.pause * each,
            FaultSpec::Coalesce(coalesce) => coalesce.max_wait,
            _ => Duration::ZERO,
        }
}
