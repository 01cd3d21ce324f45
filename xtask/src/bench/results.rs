//! What came of the rounds, as it is kept in a file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chaosgate_load::Outcome;
use serde::{Deserialize, Serialize};

use super::measure::Measure;
use super::unit::Unit;
use crate::error::Error;

/// The name of the product among its peers.
pub(super) const OURS: &str = "chaosgate";
/// The name of what has no proxy at all.
pub(super) const DIRECT: &str = "direct";

/// What came of the rounds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Results {
    /// Where and how it was measured, by what it is called.
    pub(super) conditions: BTreeMap<String, String>,
    /// Peers that were not measured, or failed in a measure, with the reason.
    pub(super) missing: BTreeMap<String, String>,
    pub(super) measures: Vec<Taken>,
}

/// A measure that was taken.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Taken {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) unit: Unit,
    /// What the value would be if the fault were exact.
    pub(super) asked: Option<f64>,
    pub(super) rows: Vec<Row>,
}

/// The figures of one peer: one of each round.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) peer: String,
    pub(super) rounds: Vec<Outcome>,
}

impl Results {
    pub(super) fn new(conditions: BTreeMap<String, String>) -> Self {
        Results { conditions, missing: BTreeMap::new(), measures: Vec::new() }
    }

    /// Adds the figure of a round.
    pub(super) fn add(&mut self, measure: &Measure, peer: &str, outcome: Outcome) {
        let at = self.measures.iter().position(|taken| taken.name == measure.name);
        let at = at.unwrap_or_else(|| {
            self.measures.push(Taken::of(measure));
            self.measures.len() - 1
        });
        let rows = &mut self.measures[at].rows;
        match rows.iter_mut().find(|row| row.peer == peer) {
            Some(row) => row.rounds.push(outcome),
            None => rows.push(Row { peer: peer.to_owned(), rounds: vec![outcome] }),
        }
    }

    pub(super) fn read(directory: &Path) -> Result<Self, Error> {
        let path = path(directory);
        let text = fs::read(&path).map_err(Error::file("read", &path))?;
        serde_json::from_slice(&text).map_err(|source| Error::Figures { path, source })
    }

    /// Keeps them, and says where.
    pub(super) fn write(&self, directory: &Path) -> Result<PathBuf, Error> {
        let path = path(directory);
        let text = serde_json::to_string_pretty(self);
        let text = text.map_err(|source| Error::Figures { path: path.clone(), source })?;
        fs::write(&path, text + "\n").map_err(Error::file("write", &path))?;
        Ok(path)
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join("results.json")
}

impl Taken {
    fn of(measure: &Measure) -> Self {
        Taken {
            name: measure.name.to_owned(),
            title: measure.title.to_owned(),
            unit: measure.unit,
            asked: measure.asked,
            rows: Vec::new(),
        }
    }

    /// The median of a peer.
    pub(super) fn median(&self, peer: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.peer == peer).map(|row| row.spread().median)
    }

    /// What values are compared with: what was asked for, or client and server alone.
    pub(super) fn base(&self) -> Option<f64> {
        self.asked.or_else(|| self.median(DIRECT))
    }
}

impl Row {
    pub(super) fn spread(&self) -> Spread {
        Spread::of(self.rounds.iter().map(|outcome| outcome.value))
    }

    /// The median of something that not every peer has.
    pub(super) fn median(&self, of: impl Fn(&Outcome) -> Option<f64>) -> Option<f64> {
        let values: Vec<_> = self.rounds.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| Spread::of(values).median)
    }
}

/// What several rounds gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) least: f64,
    pub(super) median: f64,
    pub(super) most: f64,
}

impl Spread {
    /// Of one value at least.
    fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<_> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
        let last = values.len().saturating_sub(1);
        let median = f64::midpoint(at(last / 2), at(last.div_ceil(2)));
        Spread { least: at(0), median, most: at(last) }
    }

    /// How far the rounds are apart, in percent of the median.
    pub(super) fn percent(self) -> f64 {
        (self.most - self.least) / self.median * 100.0
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::bench::measure::MEASURES;

    /// Of one measure: client and server alone at 2 GB/s, the product at half of that.
    pub(in crate::bench) fn results() -> Results {
        let mut results = Results::new(BTreeMap::new());
        let outcome = |value| Outcome { value, tail: None, cpu: None, path: None };
        results.add(&MEASURES[0], DIRECT, outcome(2e9));
        for value in [0.9e9, 1e9, 1.1e9] {
            let path = Some(chaosgate_load::Path::Splice);
            let of_a_proxy = Outcome { cpu: Some(2.5e-10), path, ..outcome(value) };
            results.add(&MEASURES[0], OURS, of_a_proxy);
        }
        results.missing.insert("socat".to_owned(), "it is not installed".to_owned());
        results
    }

    #[test]
    fn the_figures_of_all_rounds_are_in_one_row() {
        let results = results();
        let rows = &results.measures[0].rows;
        assert_eq!((results.measures.len(), rows.len(), rows[1].rounds.len()), (1, 2, 3));
    }

    #[test]
    fn results_are_read_as_they_were_written() {
        let directory = tempfile::tempdir().unwrap();
        let written = results();
        written.write(directory.path()).unwrap();
        let read = Results::read(directory.path()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), serde_json::to_value(written).unwrap());
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0]);
        assert_eq!(spread, Spread { least: 1.0, median: 2.5, most: 4.0 });
        assert_eq!(Spread::of([7.0]), Spread { least: 7.0, median: 7.0, most: 7.0 });
    }

    #[test]
    fn the_spread_is_that_of_all_rounds() {
        assert_eq!(format!("{:.0}", Spread::of([90.0, 100.0, 110.0]).percent()), "20");
    }
}
