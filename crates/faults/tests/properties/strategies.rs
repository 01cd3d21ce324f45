//! Random faults, lists of them, and traffic.

use chaosgate_faults::units::{ByteSize, Ratio};
use chaosgate_faults::virtual_time::ms;
use chaosgate_faults::{
    Bandwidth, Coalesce, Corrupt, Corruption, Distribution, EntrySpec, Latency, Pass, Scope, Shape,
    Slice, SlowClose, Stall,
};
use proptest::prelude::*;
use proptest::sample::select;

/// A fault through which everything comes in the end.
///
/// The values are few, so that a later list often has a fault of an earlier one, unchanged.
pub(crate) fn passing() -> impl Strategy<Value = EntrySpec> {
    prop_oneof![
        Just(Pass {}.into()),
        latency().prop_map(EntrySpec::from),
        (
            select(vec![500, 20_000, 3_000_000]),
            select(vec![None, Some(0), Some(100)]),
            select(vec![Scope::Connection, Scope::Gate])
        )
            .prop_map(|(rate, burst, scope): (u32, Option<u64>, Scope)| {
                let rate = Bandwidth::new(rate).expect("a rate");
                Bandwidth { burst: burst.map(ByteSize::new), scope, ..rate }.into()
            }),
        (
            select(vec![1, 10, 1000]),
            select(vec![0, 5]),
            0..=2_u64,
            select(vec![Shape::Even, Shape::Halving])
        )
            .prop_map(|(size, variation, pause, shape)| {
                let even = Slice::new(size).expect("a size");
                let variation = ByteSize::new(variation);
                Slice { variation, pause: ms(pause), first_pause: ms(2), shape, ..even }.into()
            }),
        select(vec![0, 30]).prop_map(|delay| SlowClose { delay: ms(delay) }.into()),
        (select(vec![0, 1, 50, 5_000]), select(vec![0, 30])).prop_map(|(size, max_wait)| {
            Coalesce { max_wait: ms(max_wait), ..Coalesce::new(size) }.into()
        }),
    ]
}

/// A fault that changes bytes, and lets through as many as come.
pub(crate) fn corrupting() -> impl Strategy<Value = EntrySpec> {
    let how = select(vec![Corruption::Invert, Corruption::Random, Corruption::Zero]);
    (0.0..=1.0, how).prop_map(|(part, how)| Corrupt { ratio: ratio(part), how }.into())
}

fn ratio(value: f64) -> Ratio {
    Ratio::new(value).expect("a ratio")
}

/// The same, or one through which nothing comes until it is removed.
pub(crate) fn non_discarding() -> impl Strategy<Value = EntrySpec> {
    prop_oneof![6 => passing(), 1 => Just(Stall {}.into())]
}

pub(crate) fn latency() -> impl Strategy<Value = Latency> {
    let distribution =
        select(vec![Distribution::Uniform, Distribution::Normal, Distribution::Pareto]);
    let correlation = select(vec![0.0, 0.5, 1.0]).prop_map(ratio);
    (select(vec![0, 3, 100]), select(vec![0, 40]), distribution, correlation, any::<bool>())
        .prop_map(|(delay, jitter, distribution, correlation, end)| Latency {
            delay: ms(delay),
            jitter: ms(jitter),
            distribution,
            correlation,
            end,
            keep_order: true,
        })
}

/// Up to four of these faults, under names that other lists have too; some end by themselves.
pub(crate) fn list(
    fault: impl Strategy<Value = EntrySpec>,
) -> impl Strategy<Value = Vec<EntrySpec>> {
    let lasts = prop_oneof![4 => Just(None), 1 => (0..150_u64).prop_map(Some)];
    let names = Just(["a", "b", "c", "d", "e"]).prop_shuffle();
    (names, proptest::collection::vec((fault, lasts), 0..=4)).prop_map(|(names, faults)| {
        let entries = names.into_iter().zip(faults);
        let entries = entries.map(|(name, (fault, lasts))| match lasts {
            None => fault.named(name),
            Some(lasts) => fault.named(name).lasting(ms(lasts)),
        });
        entries.collect()
    })
}

/// Cuts `total` bytes into segments.
pub(crate) fn segmentation(total: usize) -> impl Strategy<Value = Vec<usize>> {
    let cuts = proptest::collection::btree_set(1..total, 0..20);
    cuts.prop_map(move |cuts| {
        let ends = cuts.into_iter().chain([total]);
        let mut begin = 0;
        ends.map(|end| end - std::mem::replace(&mut begin, end)).collect()
    })
}

/// So many bytes of which no two neighbours are alike, so that none can be lost, doubled or
/// exchanged unnoticed.
pub(crate) fn bytes(total: usize) -> Vec<u8> {
    (0..=250).cycle().take(total).collect()
}
