//! The results as a page, with a chart of each measure.

use std::fmt::Write;
use std::fs;

use super::chart::chart;
use super::results::{Results, Taken};
use super::table::{COLUMNS, cells, heading};
use crate::error::Error;
use crate::root::root;

/// The page, from the root of the workspace.
const PAGE: &str = "docs/performance.md";
/// Its charts.
const CHARTS: &str = "docs/performance";

/// What stands before the figures.
const HEAD: &str = "\
# Performance

What the gate costs, beside client and server alone and beside other proxies. Written by `cargo xtask bench --document` from
what `cargo xtask bench` has measured; [Contributing](../CONTRIBUTING.md#performance) tells how.

- **median**, **range**: of all rounds, and how far their least and most are apart, in percent of it.
- **beside**: the share of what client and server reach without a proxy, or the time that the proxy adds; where a fault is
  asked for, beside what was asked for.
- **ours:** the median of chaosgate divided by that of the row: where less is better, it is good below 1.
- **CPU for 1**: processor time of the proxy, all threads and workers, for a gigabyte, a round trip, a connection, a datagram.
- **memory**: what the processes occupy; pages that several share count for each, which is much for socat, a process for each
  connection.
- **path**: whether bytes went through the proxy's memory (copy), or through a pipe in the kernel (splice).

";

/// Writes the page and its charts from the results that are kept.
pub(crate) fn write() -> Result<(), Error> {
    let results = Results::read(&super::directory()?)?;
    let charts = root().join(CHARTS);
    fs::create_dir_all(&charts).map_err(Error::file("make", &charts))?;
    for taken in &results.measures {
        let path = charts.join(format!("{}.svg", taken.name));
        fs::write(&path, chart(taken)).map_err(Error::file("write", &path))?;
    }
    let path = root().join(PAGE);
    fs::write(&path, page(&results)).map_err(Error::file("write", &path))
}

fn page(results: &Results) -> String {
    let mut page = HEAD.to_owned();
    page += "| condition | |\n|---|---|\n";
    for (name, value) in &results.conditions {
        let _ = writeln!(page, "| {name} | {value} |");
    }
    for taken in &results.measures {
        page += &section(taken);
    }
    if !results.missing.is_empty() {
        page += "\n## Missing\n\n";
        for (name, reason) in &results.missing {
            let _ = writeln!(page, "- {name}: {reason}");
        }
    }
    page
}

fn section(taken: &Taken) -> String {
    let Taken { name, title, .. } = taken;
    let mut section = format!("\n## {}\n\n![{title}](performance/{name}.svg)\n\n", heading(taken));
    section += &line(&COLUMNS.map(str::to_owned));
    section += "|---|---:|---:|---:|---:|---:|---|\n";
    for row in &taken.rows {
        section += &line(&cells(taken, row));
    }
    section
}

fn line(cells: &[String; 7]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::results::tests::results;

    #[test]
    fn a_measure_has_its_chart_and_a_row_for_each_peer() {
        let page = page(&results());
        let expected = "\
## 1 stream down (more is better)

![1 stream down](performance/down-1.svg)

|  | median | range | beside | ours: | CPU for 1 | path |
|---|---:|---:|---:|---:|---:|---|
| direct | 2.00 GB/s | 0 % | 1.000 | 0.50 | - | - |
| chaosgate | 1.00 GB/s | 20 % | 0.500 | 1.00 | 0.250 s/GB | splice |
";
        assert!(page.contains(expected), "{page}");
    }

    #[test]
    fn what_is_missing_is_named_with_the_reason() {
        assert!(page(&results()).contains("## Missing\n\n- socat: it is not installed\n"));
    }
}
