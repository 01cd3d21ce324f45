//! The results for a terminal, in 80 columns.

use chaosgate_load::Path;

use super::results::{OURS, Results, Row, Taken};

/// Prints a table for each measure, and what is missing.
pub(super) fn print(results: &Results) {
    for (name, value) in &results.conditions {
        println!("{name}: {value}");
    }
    for taken in &results.measures {
        println!("\n{}", table(taken));
    }
    if !results.missing.is_empty() {
        println!("\nmissing");
        for (name, reason) in &results.missing {
            println!("  {name}: {reason}");
        }
    }
}

/// The columns, of which the page has the same.
pub(super) const COLUMNS: [&str; 7] =
    ["", "median", "range", "beside", "ours:", "CPU for 1", "path"];

/// The row of a peer.
pub(super) fn cells(taken: &Taken, row: &Row) -> [String; 7] {
    let (unit, spread) = (taken.unit, row.spread());
    let none = || "-".to_owned();
    let tail = row.median(|outcome| outcome.tail).map(|tail| format!(" p99 {}", unit.shown(tail)));
    let paths = row.rounds.iter().filter_map(|outcome| outcome.path);
    // A path that one round took is one that this proxy takes.
    let path = paths.max_by_key(|path| *path == Path::Splice);
    let ours = taken.median(OURS);
    [
        row.peer.clone(),
        unit.shown(spread.median) + &tail.unwrap_or_default(),
        format!("{:.0} %", spread.percent()),
        taken.base().map_or_else(none, |base| unit.beside(spread.median, base)),
        ours.map_or_else(none, |ours| format!("{:.2}", ours / spread.median)),
        row.median(|outcome| outcome.cpu).map_or_else(none, |cpu| unit.cpu(cpu)),
        path.map_or_else(none, |path| format!("{path:?}").to_lowercase()),
    ]
}

/// What the values of a measure are, and which are better.
pub(super) fn heading(taken: &Taken) -> String {
    let better = if taken.unit.is_cost() { "less is better" } else { "more is better" };
    match taken.asked {
        Some(asked) => format!("{} ({} asked for)", taken.title, taken.unit.shown(asked)),
        None => format!("{} ({better})", taken.title),
    }
}

fn table(taken: &Taken) -> String {
    let rows = taken.rows.iter().map(|row| line(&cells(taken, row).each_ref().map(String::as_str)));
    let lines = [heading(taken), line(&COLUMNS)].into_iter().chain(rows);
    lines.collect::<Vec<_>>().join("\n")
}

fn line([peer, median, spread, beside, ours, cpu, path]: &[&str; 7]) -> String {
    let line =
        format!("{peer:<20} {median:>19} {spread:>5} {beside:>8} {ours:>6} {cpu:>10} {path:>6}");
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::results::tests::results;

    #[test]
    fn the_table_of_a_measure_fits_80_columns() {
        let expected = "\
1 stream down (more is better)
                                  median range   beside  ours:  CPU for 1   path
direct                         2.00 GB/s   0 %    1.000   0.50          -      -
chaosgate                      1.00 GB/s  20 %    0.500   1.00 0.250 s/GB splice";
        let table = table(&results().measures[0]);
        assert_eq!(table, expected);
        assert!(table.lines().all(|line| line.len() <= 80), "{table}");
    }
}
