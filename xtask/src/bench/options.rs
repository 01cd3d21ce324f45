//! What a person can ask for of the comparison with peers.

use std::path::PathBuf;

use super::network::Network;

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

    /// How long each figure is measured.
    pub(super) fn milliseconds(&self) -> u64 {
        if self.quick { 500 } else { 1000 }
    }
}
