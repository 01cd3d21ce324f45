//! `chaosgate demo`, as a user runs it.

mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{json, run, text};

/// Each condition, and in how many directions it is shown. On Linux, that is.
const CONDITIONS: [(&str, usize); 33] = [
    ("no-accept", 1),
    ("refuse", 1),
    ("connect-timeout", 1),
    ("mute", 1),
    ("stall", 2),
    ("drop", 2),
    ("close-connections", 1),
    ("close-on-data", 2),
    ("reset", 2),
    ("blackhole", 2),
    ("corrupt", 2),
    ("latency", 2),
    ("bandwidth", 2),
    ("bandwidth-shared", 2),
    ("lifetime", 2),
    ("idle", 2),
    ("slice", 2),
    ("coalesce", 2),
    ("limit-bytes", 2),
    ("slow-close", 2),
    ("udp-hold", 1),
    ("udp-refuse", 1),
    ("udp-stall", 2),
    ("udp-drop", 2),
    ("udp-loss", 2),
    ("udp-burst-loss", 2),
    ("udp-rebind", 1),
    ("udp-corrupt", 2),
    ("udp-latency", 2),
    ("udp-bandwidth", 2),
    ("udp-duplicate", 2),
    ("udp-reorder", 2),
    ("udp-truncate", 2),
];

const FIELDS: [&str; 7] =
    ["condition", "direction", "fault", "shown", "client_saw", "recovered", "recovery_ms"];

#[test]
fn every_condition_shows_and_the_client_recovers_within_30_s() {
    let started = Instant::now();
    let output = run(&["demo", "--json"]);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));

    let rows = json(&output.stdout);
    let rows = rows.as_array().expect("an array");
    let mut shown = BTreeMap::<&str, Vec<&Value>>::new();
    for row in rows {
        let fields: Vec<_> = row.as_object().expect("an object").keys().collect();
        assert_eq!(fields, FIELDS);
        assert_eq!((&row["shown"], &row["recovered"]), (&true.into(), &true.into()), "{row}");
        assert!(row["recovery_ms"].as_f64().is_some_and(|ms| ms >= 0.0), "{row}");
        assert!(row["client_saw"].as_str().is_some_and(|saw| !saw.is_empty()), "{row}");
        shown
            .entry(row["condition"].as_str().expect("a slug"))
            .or_default()
            .push(&row["direction"]);
    }
    for (condition, directions) in CONDITIONS {
        let expected: &[Value] = match directions {
            1 => &[Value::Null],
            _ => &["to_server".into(), "to_client".into()],
        };
        assert!(shown[condition].iter().copied().eq(expected), "{condition}: {shown:?}");
    }
    assert_eq!(shown.len(), CONDITIONS.len(), "{shown:?}");
}

#[test]
fn the_table_is_plain_where_there_is_no_terminal() {
    let output = run(&["demo"]);
    let table = text(&output.stdout);
    assert!(!table.contains('\u{1b}'), "{table}");
    for row in ["✓ slow-close         to_client  ", "✓ udp-truncate       to_client  "] {
        assert!(table.lines().any(|line| line.starts_with(row)), "{table}");
    }
    assert_eq!(text(&output.stderr), "");
}
