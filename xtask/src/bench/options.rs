//! What a person can ask for of the comparison with peers.

use std::path::PathBuf;

use super::measure::{MEASURES, Measure};
use super::network::Network;
use crate::error::Error;

/// How the product is compared with its peers.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// One short round of the most telling measures, in less than three minutes.
    #[arg(long)]
    pub(super) quick: bool,
    /// How many rounds.
    #[arg(long, default_value_t = 5, conflicts_with = "quick")]
    rounds: usize,
    /// The measures to take, by name; all if none is given.
    #[arg(long, value_name = "NAME")]
    pub(super) measure: Vec<String>,
    /// The program to measure, in place of a release that is built first.
    #[arg(long, value_name = "FILE")]
    pub(super) program: Option<PathBuf>,
    /// In which network this already runs.
    #[arg(long, hide = true)]
    pub(super) inside: Option<Network>,
}

impl Options {
    pub(super) fn rounds(&self) -> usize {
        if self.quick { 1 } else { self.rounds.max(1) }
    }

    /// The measures to take.
    pub(super) fn measures(&self) -> Result<Vec<&'static Measure>, Error> {
        for name in &self.measure {
            if !MEASURES.iter().any(|measure| measure.name == name) {
                let known = MEASURES.iter().map(|measure| measure.name).collect();
                return Err(Error::Measure { name: name.clone(), known });
            }
        }
        let is_chosen = |measure: &&Measure| match self.measure.as_slice() {
            [] => measure.is_quick || !self.quick,
            names => names.iter().any(|name| name == measure.name),
        };
        Ok(MEASURES.iter().filter(is_chosen).collect())
    }

    /// How long each figure is measured.
    pub(super) fn milliseconds(&self) -> u64 {
        if self.quick { 500 } else { 1000 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn names(arguments: &[&str]) -> Result<Vec<&'static str>, Error> {
        let line = Line::parse_from(["bench"].iter().chain(arguments));
        Ok(line.options.measures()?.iter().map(|measure| measure.name).collect())
    }

    #[test]
    fn a_short_round_has_some_of_all_measures() {
        let (all, quick) = (names(&[]).unwrap(), names(&["--quick"]).unwrap());
        assert_eq!(all.len(), MEASURES.len());
        assert!(quick.len() < all.len() && quick.iter().all(|name| all.contains(name)));
    }

    #[test]
    fn a_measure_is_chosen_by_its_name() {
        assert_eq!(names(&["--measure=idle", "--quick"]).unwrap(), ["idle"]);
        let error = names(&["--measure=speed"]).unwrap_err().to_string();
        assert!(error.starts_with("there is no measure \"speed\": they are down-1, "), "{error}");
    }
}
