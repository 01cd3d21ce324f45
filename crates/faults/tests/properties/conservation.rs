//! Nothing is lost, doubled or reordered, and nothing comes too early.

use std::time::{Duration, Instant};

use chaosgate_faults::virtual_time::{Line, NO_FAULTS, ms};
use chaosgate_faults::{Distribution, EntrySpec, FaultSpec, Segment, Series, Sink};
use proptest::prelude::*;

use crate::strategies::{always_passing, bytes, latency, list, non_discarding, segmentation};

/// One thing that happens to a connection.
#[derive(Debug, Clone)]
enum Step {
    Send(usize),
    /// Another list, which may share a fault with the one before.
    Set(Vec<EntrySpec>),
    /// The same list without its fault at this place, counted round and round.
    Remove(usize),
    /// The same list with the fault at one place moved to another.
    Move(usize, usize),
    Sink(Sink),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..400_usize).prop_map(Step::Send),
        2 => list(non_discarding()).prop_map(Step::Set),
        1 => (0..4_usize).prop_map(Step::Remove),
        1 => (0..4_usize, 0..4_usize).prop_map(|(from, to)| Step::Move(from, to)),
        1 => prop_oneof![Just(Sink::Open), Just(Sink::Blocked)].prop_map(Step::Sink),
        3 => (0..80_u64).prop_map(Step::Wait),
    ]
}

impl Step {
    /// The list of faults after it.
    fn change(&self, mut list: Vec<EntrySpec>) -> Vec<EntrySpec> {
        match *self {
            Step::Set(ref other) => return other.clone(),
            Step::Remove(place) if !list.is_empty() => drop(list.remove(place % list.len())),
            Step::Move(from, to) if !list.is_empty() => {
                let moved = list.remove(from % list.len());
                list.insert(to % (list.len() + 1), moved);
            }
            _ => {}
        }
        list
    }
}

/// A line with its moment 0.
fn line(faults: Vec<EntrySpec>, seed: u64, buffer: usize) -> (Line, Instant) {
    let mut start = None;
    let line = Line::with_origin(faults, |origin| {
        origin.series = Series::first(seed);
        origin.buffer = buffer;
        start = Some(origin.connected);
    });
    (line, start.expect("a moment"))
}

/// The bytes that came out, each with its moment.
fn delivered(line: &Line) -> impl Iterator<Item = (Instant, u8)> {
    line.delivered().iter().flat_map(|(at, segment)| {
        let bytes = if let Segment::Data(bytes) = segment { bytes.to_vec() } else { Vec::new() };
        bytes.into_iter().map(|byte| (*at, byte))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn after_healing_every_byte_has_come_out_once_in_order_and_then_one_end(
        first in list(non_discarding()),
        steps in prop::collection::vec(step(), 0..30),
        seed: u64,
        buffer in prop_oneof![300..5000_usize, Just(1 << 20)],
        before_healing in 0..300_u64,
    ) {
        let (mut line, start) = line(first.clone(), seed, buffer);
        let mut list = first;
        let input = bytes(steps.iter().map(|step| if let Step::Send(length) = step { *length } else { 0 }).sum());
        let mut sent = Vec::new();
        for step in steps {
            match step {
                Step::Send(length) => {
                    let now = start + ms(line.now_ms());
                    let segment = input[sent.len()..][..length].to_vec();
                    sent.resize(sent.len() + length, now);
                    line.send(now, Segment::Data(segment.into()));
                }
                Step::Sink(sink) => line.set_sink(sink),
                Step::Wait(millis) => line.advance_to(line.now_ms() + millis),
                change => {
                    list = change.change(list);
                    line.set(list.clone());
                }
            }
        }
        line.send(start + ms(line.now_ms()), Segment::Fin);
        line.advance_to(line.now_ms() + before_healing);
        line.set(NO_FAULTS);
        line.set_sink(Sink::Open);
        line.finish();

        let output: Vec<_> = delivered(&line).collect();
        prop_assert!(output.iter().map(|(_, byte)| byte).eq(&input), "bytes differ");
        prop_assert!(output.iter().zip(&sent).all(|((at, _), sent)| at >= sent));
        prop_assert!(output.is_sorted_by_key(|(at, _)| *at));
        let ends = line.delivered().iter().filter(|(_, segment)| !segment.is_data());
        prop_assert_eq!(ends.collect::<Vec<_>>().len(), 1);
        prop_assert_eq!(line.delivered().last().map(|(_, last)| last), Some(&Segment::Fin));
        prop_assert!(line.chain().is_empty(), "what is healed passes without a chain");
    }

    #[test]
    fn nothing_leaves_before_the_latencies_let_it(
        faults in prop::collection::vec(always_passing(), 0..=4),
        segments in segmentation(1000),
        gaps in prop::collection::vec(0..50_u64, 21),
        seed: u64,
    ) {
        let least: Duration = faults.iter().map(least_delay).sum();
        let (mut line, mut now) = line(faults, seed, 1 << 20);
        let (input, mut sent) = (bytes(1000), Vec::new());
        for (length, gap) in segments.into_iter().zip(gaps) {
            now += ms(gap);
            line.send(now, Segment::Data(input[sent.len()..][..length].to_vec().into()));
            sent.resize(sent.len() + length, now);
        }
        line.finish();
        prop_assert!(delivered(&line).map(|(_, byte)| byte).eq(input));
        prop_assert!(delivered(&line).zip(sent).all(|((at, _), sent)| at >= sent + least));
    }

    #[test]
    fn constant_latencies_add_up_to_the_nanosecond(
        delays in prop::collection::vec(latency(), 0..=4),
        gaps in prop::collection::vec(0..50_u64, 1..20),
    ) {
        let delays = delays.into_iter().map(|mut latency| {
            latency.jitter = Duration::ZERO;
            latency
        });
        let delays: Vec<_> = delays.collect();
        let sum: Duration = delays.iter().map(|latency| latency.delay).sum();
        let (mut line, mut now) = line(delays.into_iter().map(EntrySpec::from).collect(), 0, 1 << 20);
        let mut due = Vec::new();
        for gap in gaps {
            now += ms(gap);
            line.send(now, Segment::Data(vec![0].into()));
            due.push(now + sum);
        }
        line.finish();
        prop_assert!(delivered(&line).map(|(at, _)| at).eq(due));
    }
}

/// The least time that data takes through this fault, if the fault is a delay that is bounded.
fn least_delay(entry: &EntrySpec) -> Duration {
    match entry.fault() {
        FaultSpec::Latency(latency) if latency.distribution == Distribution::Uniform => {
            latency.delay.saturating_sub(latency.jitter)
        }
        FaultSpec::Latency(latency) if latency.distribution == Distribution::Pareto => {
            latency.delay.saturating_sub(latency.jitter.mul_f64(0.58))
        }
        FaultSpec::Latency(latency) if latency.jitter.is_zero() => latency.delay,
        _ => Duration::ZERO,
    }
}
