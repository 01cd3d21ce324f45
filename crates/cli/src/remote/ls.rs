//! `chaosgate ls`

use chaosgate_api::{GateStatus, Statuses};
use clap::Args;

use super::daemon::Daemon;
use super::output::{Output, listens_on, table};
use crate::error::Error;

/// List the gates of a daemon, a line each.
#[derive(Debug, Args)]
pub(crate) struct Ls {
    /// How they are shown.
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Output,

    #[command(flatten)]
    daemon: Daemon,
}

const HEADING: [&str; 7] =
    ["name", "protocol", "listen", "upstream", "accepting", "connections", "faults"];

impl Ls {
    pub(super) fn run(&self) -> Result<(), Error> {
        self.output.show(&self.daemon.client()?.statuses()?, in_table)
    }
}

fn in_table(Statuses { gates }: &Statuses) -> String {
    let heading = HEADING.map(str::to_owned).to_vec();
    table([heading].into_iter().chain(gates.values().map(row)))
}

fn row(gate: &GateStatus) -> Vec<String> {
    let config = &gate.config;
    let accepting =
        if gate.running { config.accepting.to_string() } else { "not running".to_owned() };
    vec![
        gate.name.clone(),
        config.protocol.to_string(),
        listens_on(gate),
        config.upstream.clone(),
        accepting,
        gate.connections.to_string(),
        (config.to_server.len() + config.to_client.len()).to_string(),
    ]
}
