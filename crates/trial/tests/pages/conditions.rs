//! The tables of the README: each condition has its row, and the calls in both languages mean the same.

use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use chaosgate::*;
use chaosgate_trial::{datagrams, streams};

use crate::{page, table};

/// Each fault by the text of its expression.
macro_rules! written {
    ($($fault:expr),* $(,)?) => {
        HashMap::from([$((stringify!($fault), EntrySpec::from($fault))),*])
    };
}

/// What the column in Rust has, by how it stands there.
fn in_rust() -> Result<HashMap<&'static str, EntrySpec>, Box<dyn Error>> {
    let ms = Duration::from_millis;
    Ok(written![
        Stall {},
        Drop::default(),
        CloseOnData::default(),
        Reset::default(),
        Blackhole::default(),
        Corrupt::default(),
        Latency::new(ms(100)),
        Bandwidth::new("1MB/s")?,
        Bandwidth { scope: Scope::Gate, ..Bandwidth::new("1MB/s")? },
        Lifetime::new(ms(2000)),
        Idle::new(ms(2000)),
        Slice::new(1_000)?,
        Coalesce::new(64_000),
        LimitBytes::new(1000),
        SlowClose { delay: ms(2000) },
        Loss::new(0.3)?,
        BurstLoss::new(0.3, 0.3)?,
        Duplicate::new(0.3)?,
        Reorder::new(0.3)?,
        Truncate::new(512),
    ])
}

/// What a gate is told itself, in Rust and in Python.
fn calls() -> impl Iterator<Item = [String; 2]> {
    let accepting = Accepting::ALL.into_iter().map(|mode| {
        [
            format!("gate.set_accepting(Accepting::{mode:?})?"),
            format!("gate.accepting = \"{mode}\""),
        ]
    });
    let closing = How::ALL.into_iter().map(|how| {
        [
            format!("gate.close_connections(How::{how:?})"),
            format!("gate.close_connections(\"{how}\")"),
        ]
    });
    accepting.chain(closing)
}

#[test]
fn the_tables_have_every_condition_in_both_languages() -> Result<(), Box<dyn Error>> {
    let (page, in_rust) = (page("README.md"), in_rust()?);
    let (tcp, udp) = (TcpGate::start_on(Route::to("a:1"))?, UdpGate::start_on(Route::to("a:1"))?);
    let tables: [(&str, AnyGate, _); 2] = [
        ("## The conditions\n", tcp.into(), streams::ALL),
        ("A `UdpGate` has the same calls", udp.into(), datagrams::ALL),
    ];
    for (before, gate, conditions) in tables {
        let rows = table(&page, before);
        let slugs: Vec<_> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
        assert_eq!(slugs, conditions.iter().map(|condition| condition.slug).collect::<Vec<_>>());
        for row in rows {
            let [rust, python] = [row[2], row[3]].map(|cell| cell.trim_matches('`'));
            if rust.starts_with("gate.") {
                assert!(calls().any(|both| both == [rust, python]), "{row:?}");
                continue;
            }
            let fault = in_rust.get(rust).unwrap_or_else(|| panic!("no fault is {rust}"));
            assert_eq!(*fault, python.trim_matches('"').parse()?, "{row:?}");
            gate.to_client().add(fault.clone())?;
        }
    }
    Ok(())
}
