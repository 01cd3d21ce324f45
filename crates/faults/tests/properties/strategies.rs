//! Random faults, lists of them, and traffic.

use chaosgate_faults::units::{ByteSize, Ratio};
use chaosgate_faults::virtual_time::ms;
use chaosgate_faults::{
    Bandwidth, Coalesce, Corrupt, Corruption, Distribution, EntrySpec, Latency, Pass, Scope, Shape,
    Slice, SlowClose, Stall,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

/// A fault through which everything comes in the end.
///
/// The values are few, so that a later list often has a fault of an earlier one, unchanged. Some do not
/// always act.
pub(crate) fn passing() -> impl Strategy<Value = EntrySpec> {
    prop_oneof![4 => always_passing(), 1 => (always_passing(), when()).prop_map(|(fault, when)| {
        let document = serde_json::to_value(fault).expect("data");
        let mut document = document.as_object().cloned().expect("an object");
        document.extend(when);
        EntrySpec::from_object(document).expect("a fault")
    })]
}

/// When a fault acts, as a document has it.
fn when() -> impl Strategy<Value = serde_json::Map<String, serde_json::Value>> {
    let from = select(vec![
        json!({}),
        json!({"after_bytes": 7}),
        json!({"start_after": "3ms"}),
        json!({"on": "[a-m]{2}"}),
        json!({"on": "[\\x00-\\x10]", "nth": "every 2"}),
    ]);
    let span = select(vec![json!("rest"), json!(5), json!("4ms"), json!("match")]);
    (from, span, option::of(1..3_u64)).prop_map(|(from, span, times)| {
        let mut when = from.as_object().cloned().unwrap_or_default();
        if span != "match" || when.contains_key("on") {
            when.insert("span".to_owned(), span);
        }
        when.extend(times.map(|times: u64| ("times".to_owned(), times.into())));
        when
    })
}

/// The same, of which all always act.
pub(crate) fn always_passing() -> impl Strategy<Value = EntrySpec> {
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
            Some(lasts) => {
                // It lasts longer than it waits.
                let start = fault.when().start_after.map_or(ms(0), |start| start + ms(1));
                fault.named(name).lasting(start + ms(lasts))
            }
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
