//! On which connections an entry acts, and how faults draw.

use std::collections::BTreeSet;

use chaosgate_faults::units::Ratio;
use chaosgate_faults::virtual_time::{Line, ms};
use chaosgate_faults::{
    Direction, Distribution, Drop, EntrySpec, Latency, Lifetime, Segment, Series,
};

const CONNECTIONS: u64 = 10_000;

fn odds(probability: f64) -> Ratio {
    Ratio::new(probability).expect("a ratio")
}

fn dropping(probability: f64) -> EntrySpec {
    EntrySpec::from(Drop::default()).with_probability(odds(probability))
}

/// Whether an entry acts on this connection.
fn acts(entry: EntrySpec, seed: u64, connection: u64, direction: Direction) -> bool {
    let mut line = Line::with_origin([entry], |origin| {
        (origin.series, origin.connection, origin.direction) =
            (Series::first(seed), connection, direction);
    });
    line.feed("0:a");
    let is_dropped = line.finish().is_empty();
    assert_eq!(
        line.hits("drop"),
        u64::from(is_dropped),
        "no hits where the coin fell the other way"
    );
    is_dropped
}

/// The connections on which it acts.
fn hit(probability: f64, seed: u64, direction: Direction) -> BTreeSet<u64> {
    let all = 0..CONNECTIONS;
    all.filter(|&number| acts(dropping(probability), seed, number, direction)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn deviation(count: usize, probability: f64) -> f64 {
    let all = CONNECTIONS as f64;
    (count as f64 - all * probability).abs() / (all * probability * (1.0 - probability)).sqrt()
}

/// A right generator fails one of these bounds in less than a million seeds.
#[test]
fn an_entry_acts_on_its_part_of_the_connections() {
    for probability in [0.01, 0.3, 0.5, 0.97] {
        let count = hit(probability, 1, Direction::ToServer).len();
        assert!(deviation(count, probability) < 5.0, "{count} at {probability}");
    }
    assert_eq!(hit(0.0, 1, Direction::ToServer).len(), 0);
    assert_eq!(hit(1.0, 1, Direction::ToServer).len(), 10_000);
}

#[test]
fn a_higher_probability_keeps_all_connections_that_were_hit() {
    let (fewer, more) = (hit(0.3, 1, Direction::ToServer), hit(0.5, 1, Direction::ToServer));
    assert!(more.is_superset(&fewer) && more.len() > fewer.len());
}

#[test]
fn a_changed_probability_is_compared_with_the_same_coin_on_an_open_connection() {
    for connection in 0..1_000 {
        let mut line = Line::with_origin([dropping(0.3)], |origin| origin.connection = connection);
        line.feed("0:a");
        line.set_at(10, [dropping(0.5)]);
        line.feed("20:b");
        line.set_at(30, [dropping(0.3)]);
        line.feed("40:c");
        let output = line.finish();
        let acts_at =
            [0.3, 0.5, 0.3].map(|odds| acts(dropping(odds), 0, connection, Direction::ToServer));
        let passed = ["0:a", "20:b", "40:c"].into_iter().zip(acts_at);
        let passed: Vec<_> = passed.filter(|(_, is_hit)| !is_hit).map(|(token, _)| token).collect();
        assert_eq!(output, passed.join(" "));
    }
}

#[test]
fn an_unrelated_entry_changes_no_coin() {
    for connection in 0..1_000 {
        let latency = EntrySpec::from(Latency::new(ms(1))).with_probability(odds(0.5));
        let mut line = Line::with_origin([latency.clone(), dropping(0.5)], |origin| {
            origin.connection = connection;
        });
        line.feed("0:a");
        line.set_at(10, [dropping(0.5)]);
        line.feed("20:b");
        line.set_at(30, [dropping(0.5), latency]);
        line.feed("40:c");
        let passed = if acts(dropping(0.5), 0, connection, Direction::ToServer) { 0 } else { 3 };
        line.finish();
        assert_eq!(line.delivered().len(), passed);
    }
}

/// Two independent choices at 50 % agree on 5,000 of 10,000 connections, give or take.
#[test]
fn seeds_directions_and_names_choose_independently() {
    let one = hit(0.5, 1, Direction::ToServer);
    let named = (0..CONNECTIONS).filter(|&number| {
        let mut line = Line::with_origin([dropping(0.5).named("other")], |origin| {
            (origin.series, origin.connection) = (Series::first(1), number);
        });
        line.feed("0:a");
        line.finish().is_empty()
    });
    for other in
        [hit(0.5, 2, Direction::ToServer), hit(0.5, 1, Direction::ToClient), named.collect()]
    {
        let differ = one.symmetric_difference(&other).count();
        assert!(deviation(differ, 0.5) < 5.0, "{differ} differ");
    }
    assert_eq!(one, hit(0.5, 1, Direction::ToServer), "the same seed chooses the same");
}

/// How long each of many segments takes, in milliseconds.
fn delays(latency: Latency, seed: u64) -> Vec<f64> {
    let mut start = None;
    let mut line = Line::with_origin([latency], |origin| {
        origin.series = Series::first(seed);
        start = Some(origin.connected);
    });
    let start = start.expect("a moment");
    let moments: Vec<_> = (0..10_000).map(|number| start + ms(number * 1_000)).collect();
    for &moment in &moments {
        line.send(moment, Segment::Data(vec![0].into()));
    }
    line.finish();
    let delays = line.delivered().iter().zip(moments);
    delays.map(|((at, _), sent)| (*at - sent).as_secs_f64() * 1e3).collect()
}

#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt())
}

/// Five standard errors: of the mean, deviation / 100; of the deviation, less than that.
#[test]
fn a_latency_has_the_mean_and_the_deviation_that_were_asked_for() {
    for (distribution, expected) in
        [(Distribution::Normal, 20.0), (Distribution::Uniform, 20.0 / 3_f64.sqrt())]
    {
        let latency = Latency { jitter: ms(20), distribution, ..Latency::new(ms(200)) };
        let (mean, deviation) = mean_and_deviation(&delays(latency, 7));
        let bound = 5.0 * expected / 100.0;
        assert!((mean - 200.0).abs() < bound, "{distribution:?}: {mean}");
        assert!((deviation - expected).abs() < bound, "{distribution:?}: {deviation}");
    }
}

#[test]
fn a_seed_repeats_every_draw_and_another_seed_none() {
    let latency = Latency { jitter: ms(20), ..Latency::new(ms(200)) };
    assert_eq!(delays(latency, 7), delays(latency, 7));
    let (one, other) = (delays(latency, 7), delays(latency, 8));
    let equal = one.iter().zip(&other).filter(|(one, other)| (*one - *other).abs() < 1e-6);
    assert!(equal.count() < 5);
}

#[test]
fn a_lifetime_draws_for_each_connection() {
    let lifetime = Lifetime { jitter: ms(1_000), ..Lifetime::new(ms(1_000)) };
    let ends = (0..1_000).map(|connection| {
        let mut line = Line::with_origin([lifetime], |origin| origin.connection = connection);
        let output = line.finish();
        output.strip_suffix(":FIN").expect("a close").parse::<f64>().expect("a time")
    });
    let ends: Vec<_> = ends.collect();
    assert!(ends.iter().all(|at| (1_000.0..2_000.0).contains(at)));
    let (mean, deviation) = mean_and_deviation(&ends);
    assert!((mean - 1_500.0).abs() < 46.0, "five standard errors are 46 ms: {mean}");
    assert!((deviation - 288.7).abs() < 30.0, "{deviation}");
}
