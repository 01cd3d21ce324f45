//! A datagram is delivered whole or not at all, and none is ever merged with another.

use std::collections::BTreeMap;

use chaosgate_faults::units::{ByteSize, Count};
use chaosgate_faults::virtual_time::{Line, NO_FAULTS, ms};
use chaosgate_faults::{
    Bandwidth, BurstLoss, Duplicate, EntrySpec, Latency, Loss, Pass, Reorder, Scope, Segment,
    Series, Transport,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::strategies::{latency, list};

/// A fault through which every datagram comes once, in its order.
fn orderly() -> impl Strategy<Value = EntrySpec> {
    let rate = (select(vec![500, 20_000, 3_000_000]), select(vec![Scope::Connection, Scope::Gate]));
    prop_oneof![
        Just(Pass {}.into()),
        latency().prop_map(EntrySpec::from),
        rate.prop_map(|(rate, scope): (u32, Scope)| {
            let rate = Bandwidth::new(rate).expect("a rate");
            Bandwidth { scope, burst: Some(ByteSize::new(50)), ..rate }.into()
        }),
    ]
}

/// The same, or one that lets datagrams overtake each other.
fn complete() -> impl Strategy<Value = EntrySpec> {
    prop_oneof![
        2 => orderly(),
        1 => latency().prop_map(|latency| Latency { keep_order: false, ..latency }.into()),
        1 => (0.0..=1.0, 1..5_u32, select(vec![None, Some(0), Some(20)])).prop_map(
            |(part, gap, delay): (f64, u32, Option<u64>)| {
                let gap = Some(Count::new(gap).expect("a count"));
                let reorder = Reorder::new(part).expect("a ratio");
                Reorder { gap, delay: delay.map(ms), ..reorder }.into()
            }
        ),
    ]
}

/// Any of these, or one that loses or repeats datagrams.
fn any_fault() -> impl Strategy<Value = EntrySpec> {
    prop_oneof![
        2 => complete(),
        1 => (0.0..=1.0).prop_map(|part| Loss::new(part).expect("a ratio").into()),
        1 => (0.0..=1.0, 0.0..=1.0)
            .prop_map(|(bad, good)| BurstLoss::new(bad, good).expect("ratios").into()),
        1 => (0.0..=1.0).prop_map(|part| Duplicate::new(part).expect("a ratio").into()),
    ]
}

/// Datagrams of these lengths, each of which says which one it is if it has room for that.
fn datagrams(lengths: &[usize]) -> Vec<Vec<u8>> {
    let datagram = |(number, length): (usize, &usize)| {
        let mut bytes = number.to_le_bytes().to_vec();
        bytes.resize((*length).max(bytes.len()), 0xaa);
        if *length == 0 { Vec::new() } else { bytes }
    };
    lengths.iter().enumerate().map(datagram).collect()
}

/// What came out, when the faults were changed in the middle and healed at the end.
fn run(
    (first, second): (Vec<EntrySpec>, Vec<EntrySpec>),
    sent: &[Vec<u8>],
    gap: u64,
    seed: u64,
) -> Vec<Vec<u8>> {
    let mut line = Line::with_origin(first, |origin| {
        (origin.transport, origin.series) = (Transport::Datagram, Series::first(seed));
    });
    for (place, datagram) in sent.iter().enumerate() {
        if place == sent.len() / 2 {
            line.set(second.iter().cloned());
        }
        line.send_now(Segment::Data(datagram.clone().into()));
        line.advance_to(line.now_ms() + gap);
    }
    line.set(NO_FAULTS);
    line.finish();
    assert!(line.chain().is_empty(), "what is healed passes without a chain");
    let data = line.delivered().iter().filter_map(|(_, segment)| match segment {
        Segment::Data(bytes) => Some(bytes.to_vec()),
        _ => None,
    });
    data.collect()
}

fn counted(datagrams: &[Vec<u8>]) -> BTreeMap<&[u8], usize> {
    let mut counts = BTreeMap::new();
    for datagram in datagrams {
        *counts.entry(datagram.as_slice()).or_default() += 1;
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn without_a_fault_that_reorders_all_come_whole_and_in_order(
        lists in (list(orderly()), list(orderly())),
        lengths in prop::collection::vec(0..2_000_usize, 0..40),
        gap in 0..20_u64,
        seed: u64,
    ) {
        let sent = datagrams(&lengths);
        prop_assert_eq!(run(lists, &sent, gap, seed), sent);
    }

    #[test]
    fn those_that_overtake_come_whole_and_once(
        lists in (list(complete()), list(complete())),
        lengths in prop::collection::vec(0..2_000_usize, 0..40),
        gap in 0..20_u64,
        seed: u64,
    ) {
        let sent = datagrams(&lengths);
        let came = run(lists, &sent, gap, seed);
        prop_assert_eq!(counted(&came), counted(&sent));
    }

    #[test]
    fn nothing_comes_that_was_not_sent(
        lists in (list(any_fault()), list(any_fault())),
        lengths in prop::collection::vec(0..2_000_usize, 0..40),
        gap in 0..20_u64,
        seed: u64,
    ) {
        let sent = datagrams(&lengths);
        let came = run(lists, &sent, gap, seed);
        let known = counted(&sent);
        prop_assert!(came.iter().all(|datagram| known.contains_key(datagram.as_slice())));
    }
}
