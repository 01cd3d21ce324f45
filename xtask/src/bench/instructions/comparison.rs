//! What has grown, and what has shrunk.

use std::fmt::Write;

use super::workload::Workload;

/// How much more something may take than it did. Measured from run to run: 0.005 % for one program,
/// also on a busy machine, 0.05 % if it stands elsewhere. The rest is for what the compiler makes
/// of a change that is none.
pub(super) const PERCENT: u64 = 2;

/// One workload: what is kept of it, and what it takes now.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) name: String,
    each: String,
    /// `None`: it has not been counted before.
    kept: Option<u64>,
    pub(super) now: u64,
}

impl Row {
    pub(super) fn new(workload: &Workload, kept: Option<u64>, now: u64) -> Self {
        Row { name: workload.name.clone(), each: workload.each.clone(), kept, now }
    }

    /// Whether it takes more than before, by more than the bound.
    pub(super) fn has_grown(&self) -> bool {
        self.kept.is_some_and(|kept| self.now * 100 > kept * (100 + PERCENT))
    }

    /// Whether it takes less than before, by more than the bound.
    fn has_shrunk(&self) -> bool {
        self.kept.is_some_and(|kept| self.now * 100 < kept * (100 - PERCENT))
    }

    #[expect(clippy::cast_precision_loss, reason = "three digits of it are shown")]
    fn ratio(&self) -> Option<f64> {
        self.kept.map(|kept| self.now as f64 / kept as f64)
    }

    fn verdict(&self) -> &'static str {
        match self.kept {
            None => "new",
            Some(_) if self.has_grown() => "grown",
            Some(_) if self.has_shrunk() => "shrunk",
            Some(_) => "",
        }
    }
}

/// The rows for a terminal, in 80 columns.
pub(super) fn table(rows: &[Row]) -> String {
    let mut table = line(["workload", "instructions per", "kept", "now", "ratio", ""]);
    for row in rows {
        let kept = row.kept.map_or_else(|| "-".to_owned(), |kept| kept.to_string());
        let ratio = row.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.3}"));
        let now = row.now.to_string();
        table += &line([&row.name, &row.each, &kept, &now, &ratio, row.verdict()]);
    }
    table
}

/// What to do about figures that are no longer what is kept, if there are any.
pub(super) fn advice(rows: &[Row]) -> Option<&'static str> {
    rows.iter().any(|row| row.has_shrunk() || row.kept.is_none()).then_some(
        "What has shrunk or is new is kept by `cargo xtask bench --instructions --accept`.",
    )
}

fn line([name, each, kept, now, ratio, verdict]: [&str; 6]) -> String {
    let mut line = String::new();
    let _ = write!(line, "{name:<25} {each:<16} {kept:>9} {now:>9} {ratio:>7}  {verdict}");
    line.truncate(line.trim_end().len());
    line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, kept: Option<u64>, now: u64) -> Row {
        Row { name: name.to_owned(), each: "round trip".to_owned(), kept, now }
    }

    #[test]
    fn two_percent_more_is_within_the_bound_and_one_instruction_beyond_is_not() {
        assert!(!row("a", Some(10_000), 10_200).has_grown());
        assert!(row("a", Some(10_000), 10_201).has_grown());
        assert!(!row("a", Some(10_000), 9_800).has_shrunk());
        assert!(row("a", Some(10_000), 9_799).has_shrunk());
    }

    #[test]
    fn what_is_new_has_neither_grown_nor_shrunk() {
        let row = row("a", None, 10_000);
        assert!(!row.has_grown() && !row.has_shrunk());
    }

    #[test]
    fn the_table_says_what_has_changed_in_80_columns() {
        let table = table(&[
            row("chain-latency-bandwidth", Some(1_000), 1_001),
            row("tcp-fault-round-trip", Some(1_000_000), 1_100_000),
            row("tcp-bulk", Some(1_000), 900),
            row("udp-round-trip", None, 500),
        ]);
        let expected = "\
workload                  instructions per      kept       now   ratio
chain-latency-bandwidth   round trip            1000      1001   1.001
tcp-fault-round-trip      round trip         1000000   1100000   1.100  grown
tcp-bulk                  round trip            1000       900   0.900  shrunk
udp-round-trip            round trip               -       500       -  new
";
        assert_eq!(table, expected);
        assert!(table.lines().all(|line| line.len() <= 80));
    }

    #[test]
    fn what_has_shrunk_or_is_new_is_to_be_kept() {
        assert_eq!(advice(&[row("a", Some(1_000), 1_010)]), None);
        assert!(advice(&[row("a", Some(1_000), 1_010), row("b", Some(1_000), 900)]).is_some());
        assert!(advice(&[row("a", None, 900)]).is_some());
    }
}
