//! What docs/daemon.md says of the interface: its metrics and its limits.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use chaosgate::units::{ByteSize, duration};
use chaosgate_server::Limits;
use chaosgate_server::toxiproxy::Measured;
use serde_json::json;

use crate::metrics::exchange;
use crate::support::{Api, echo};

fn page() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join("docs/daemon.md")).expect("the page")
}

/// What is written as code in a cell.
fn codes(cell: &str) -> BTreeSet<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The metrics that are shown, each with its labels.
fn shown(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let labels_of = |name: &str| {
        let series = text.lines().filter(|line| line.starts_with(name));
        let labels = series.filter_map(|line| line.split_once('{')?.1.split_once('}'));
        let pairs = labels.flat_map(|(labels, _)| labels.split(','));
        pairs.filter_map(|pair| Some(pair.split_once('=')?.0)).collect()
    };
    types.map(|(name, _)| (name, labels_of(name))).collect()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_page_has_every_metric_with_its_labels_and_no_other() {
    let api = Api::measuring(Measured::ALL).await;
    let proxy = api.proxy(echo().await).await;
    api.toxic("latency", "downstream", json!({ "latency": 1 })).await;
    let _open = exchange(proxy).await;
    let text = api.get("/metrics").await.expect(200).text;

    let page = page();
    let (_, table) = page.split_once("| name | labels | unit | what it says |").expect("a table");
    let rows = table.lines().skip(2).take_while(|row| row.starts_with('|'));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let told: Vec<_> = cells.map(|row| (row[1].trim_matches('`').to_owned(), row)).collect();
    let told = told.iter().map(|(name, row)| (name.as_str(), codes(row[2]))).collect();
    assert_eq!(shown(&text), told);
}

#[test]
fn the_page_has_the_limits_of_the_interface() {
    let (limits, page) = (Limits::default(), page());
    let time = |time| format!("`{}`", duration::display(time));
    let size = |bytes: usize| format!("`{}`", ByteSize::new(bytes.try_into().expect("a size")));
    for says in [
        format!("| connections | {};", limits.connections),
        format!(
            "| a body | {}, which must come within {} |",
            size(limits.body),
            time(limits.arrival)
        ),
        format!("| a head | {} |", size(limits.head)),
        format!(
            "| an answer | {} until it is there; left when nobody takes any of it for {} |",
            time(limits.answer),
            time(limits.taking)
        ),
        format!("| a connection between two calls | {} |", time(limits.idle)),
    ] {
        assert!(page.contains(&says), "{says}");
    }
}
