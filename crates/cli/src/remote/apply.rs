//! `chaosgate apply`

use std::path::PathBuf;

use chaosgate_api::Statuses;
use chaosgate_client::Client;
use chaosgate_config::Config;
use clap::Args;

use super::daemon::Daemon;
use super::output::beginning;
use crate::config::Files;
use crate::error::Error;
use crate::output::print_line;

/// Bring about a configuration as a whole, or nothing of it.
///
/// Gates that it does not name go, and those that can stay keep their connections. What is wrong with it is told as by
/// `chaosgate config check`, before the daemon is called.
#[derive(Debug, Args)]
#[command(after_help = "\
Example: away, and back as it was
  chaosgate export > gates.toml
  chaosgate apply gates.toml")]
pub(crate) struct Apply {
    /// The configuration in TOML, YAML or JSON (docs/config.md), or a directory of such files.
    #[arg(value_name = "FILE|DIRECTORY")]
    path: PathBuf,

    /// Keep the gates that it does not name as they are.
    #[arg(long)]
    keep: bool,

    #[command(flatten)]
    daemon: Daemon,
}

impl Apply {
    pub(super) fn run(&self) -> Result<(), Error> {
        let documents = Files::read(&self.path)?.documents()?;
        let config = Config::from_documents(&documents).map_err(Error::Config)?;
        let client = self.daemon.client()?;
        let statuses =
            if self.keep { add(&client, &config)? } else { client.replace_gates(&config, None)? };
        for name in config.gates.keys() {
            if let Some(gate) = statuses.gates.get(name) {
                print_line(beginning(gate))?;
            }
        }
        Ok(())
    }
}

/// Brings about these gates beside those that there are: all of them or none.
fn add(client: &Client, config: &Config) -> Result<Statuses, Error> {
    loop {
        let (mut all, tag) = client.gates()?;
        all.gates.extend(config.gates.clone());
        match client.replace_gates(&all, Some(&tag)) {
            // Somebody else was faster.
            Err(error) if error.is_refused_as("changed") => {}
            replaced => return Ok(replaced?),
        }
    }
}
