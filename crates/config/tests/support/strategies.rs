//! Any configuration.

use std::time::Duration;

use chaosgate::units::{ByteSize, Ratio};
use chaosgate::{Accepting, EntrySpec, How, catalogue};
use chaosgate_config::{Config, GateConfig, Protocol};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) fn configs() -> impl Strategy<Value = Config> {
    btree_map("\\PC{0,8}", gates(), 0..4).prop_map(|gates| Config { gates })
}

fn gates() -> impl Strategy<Value = GateConfig> {
    select(&Protocol::ALL[..]).prop_flat_map(|protocol| {
        let place = (option::of(select(vec![":0", "[::1]:80"])), any::<bool>());
        // TOML has no larger number.
        let seed = option::of(0..=i64::MAX.cast_unsigned());
        let ways = Accepting::ALL.into_iter().filter(|way| way.suits(protocol.transport()));
        let sizes = (option::of(4096_u64..), option::of(any::<u64>()));
        let own = (option::of(select(&How::ALL[..])), option::of(1_000_000_u64..1 << 50));
        let faults = (vec(entries(protocol), 0..4), vec(entries(protocol), 0..4));
        (place, seed, select(ways.collect::<Vec<_>>()), sizes, own, faults).prop_map(
            move |((listen, enabled), seed, accepting, (buffer, total), (how, idle), faults)| {
                let is_tcp = protocol == Protocol::Tcp;
                GateConfig {
                    listen: listen.map(str::to_owned),
                    protocol,
                    seed,
                    to_server: named_apart(faults.0),
                    to_client: named_apart(faults.1),
                    accepting,
                    on_dial_failure: how.filter(|_| is_tcp),
                    idle: idle.filter(|_| !is_tcp).map(Duration::from_nanos),
                    buffer: buffer.map(ByteSize::new),
                    buffer_total: total.map(ByteSize::new),
                    enabled,
                    ..GateConfig::new("localhost:80")
                }
            },
        )
    })
}

fn entries(protocol: Protocol) -> impl Strategy<Value = EntrySpec> {
    let examples = catalogue::all().iter().map(|kind| kind.example.parse::<EntrySpec>());
    let examples = examples.map(|example| example.expect("an entry"));
    let suitable = examples.filter(move |entry| entry.fault().suits(protocol.transport()).is_ok());
    let beside = (option::of("\\PC{1,8}"), 0.0..=1.0, option::of(0_u64..1 << 50));
    (select(suitable.collect::<Vec<_>>()), beside).prop_map(|(entry, (name, ratio, time))| {
        let entry = entry.with_probability(Ratio::new(ratio).expect("a ratio"));
        let entry = name.into_iter().fold(entry, EntrySpec::named);
        time.map(Duration::from_nanos).into_iter().fold(entry, EntrySpec::lasting)
    })
}

/// The same with a name for each that no other one has.
fn named_apart(entries: Vec<EntrySpec>) -> Vec<EntrySpec> {
    let named = entries.into_iter().enumerate().map(|(number, entry)| {
        let name = entry.name().map(|name| format!("{number}: {name}"));
        name.into_iter().fold(entry, EntrySpec::named)
    });
    named.collect()
}
