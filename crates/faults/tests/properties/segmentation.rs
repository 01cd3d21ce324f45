//! What comes out does not depend on how the bytes came in.

use chaosgate_faults::units::ByteSize;
use chaosgate_faults::virtual_time::Line;
use chaosgate_faults::{CloseOnData, EntrySpec, How, LimitBytes, Segment, Series};
use proptest::prelude::*;
use proptest::sample::select;

use crate::strategies::{bytes, corrupting, passing, segmentation};

const TOTAL: usize = 1000;

/// A fault that passes so many bytes, and then closes.
fn limit() -> impl Strategy<Value = (EntrySpec, usize)> {
    let how = select(vec![How::Fin, How::Reset]);
    (0..=TOTAL + 1, how, any::<bool>()).prop_map(|(bytes, how, on_data)| {
        let size = ByteSize::new(bytes as u64);
        let limit = if on_data {
            CloseOnData { how, after: size }.into()
        } else {
            LimitBytes { how, ..LimitBytes::new(size.get()) }.into()
        };
        (limit, bytes)
    })
}

/// All that comes out of these faults when the bytes come in segments of these lengths.
fn run(faults: &[EntrySpec], seed: u64, segments: &[usize]) -> (Line, Vec<u8>) {
    let mut now = None;
    let mut line = Line::with_origin(faults.iter().cloned(), |origin| {
        origin.series = Series::first(seed);
        now = Some(origin.connected);
    });
    let now = now.expect("a moment");
    let mut input = bytes(TOTAL);
    for &length in segments {
        let rest = input.split_off(length);
        line.send(now, Segment::Data(std::mem::replace(&mut input, rest).into()));
    }
    line.send(now, Segment::Fin);
    line.finish();
    let data = line.bytes();
    (line, data)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn limits_pass_exactly_their_bytes_for_any_segmentation(
        before in prop::collection::vec(passing(), 0..=2),
        limits in prop::collection::vec(limit(), 1..=2),
        behind in prop::collection::vec(passing(), 0..=2),
        segments in segmentation(TOTAL),
        seed: u64,
    ) {
        let least = limits.iter().map(|(_, bytes)| *bytes).min().unwrap_or(TOTAL).min(TOTAL);
        let chain: Vec<_> =
            before.into_iter().chain(limits.into_iter().map(|(limit, _)| limit)).chain(behind).collect();
        let (line, data) = run(&chain, seed, &segments);
        prop_assert_eq!(data, &bytes(TOTAL)[..least]);
        let ends = line.delivered().iter().filter(|(_, segment)| !segment.is_data());
        prop_assert_eq!(ends.count(), 1, "{}", line.output());
        prop_assert!(line.delivered().last().is_some_and(|(_, last)| !last.is_data()));
        let hits = |name: &str| line.hits(name) + line.hits(&format!("{name}-2"));
        prop_assert!(hits("limit_bytes") + hits("close_on_data") <= 2, "a limit hits when it closes");
    }

    #[test]
    fn the_same_seed_and_segments_give_the_same_output_at_the_same_moments(
        faults in prop::collection::vec(passing(), 0..=4),
        segments in segmentation(TOTAL),
        seed: u64,
    ) {
        let [once, again] = [(); 2].map(|()| run(&faults, seed, &segments).0.output());
        prop_assert_eq!(once, again);
    }

    #[test]
    fn the_same_seed_gives_the_same_content_for_any_segmentation(
        faults in prop::collection::vec(prop_oneof![2 => passing(), 1 => corrupting()], 0..=4),
        segmentations in (segmentation(TOTAL), segmentation(TOTAL)),
        seed: u64,
    ) {
        let (_, one) = run(&faults, seed, &segmentations.0);
        let (_, other) = run(&faults, seed, &segmentations.1);
        prop_assert_eq!(one, other);
    }
}
