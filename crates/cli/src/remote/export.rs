//! `chaosgate export`

use clap::{Args, ValueEnum};

use super::daemon::Daemon;
use super::output::{cannot, in_json, in_yaml};
use crate::error::Error;
use crate::output::print_line;

/// Print all gates as they are now: a configuration, which `chaosgate apply` takes back.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// What it is written in.
    #[arg(short, long, value_name = "FORMAT", default_value = "toml")]
    output: Language,

    #[command(flatten)]
    daemon: Daemon,
}

/// What a configuration is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    Toml,
    Yaml,
    Json,
}

impl Export {
    pub(super) fn run(&self) -> Result<(), Error> {
        let (config, _) = self.daemon.client()?.gates()?;
        let text = match self.output {
            Language::Toml => toml::to_string(&config).map_err(|error| cannot("TOML", &error))?,
            Language::Yaml => in_yaml(&config)?,
            Language::Json => in_json(&config)?,
        };
        Ok(print_line(text.trim_end())?)
    }
}
