//! `chaosgate inspect`

use std::collections::BTreeMap;

use chaosgate::{Direction, EntrySpec};
use chaosgate_api::GateStatus;
use clap::Args;

use super::daemon::Daemon;
use super::output::{Output, listens_on, table};
use crate::error::Error;
use crate::output::counted;

/// Show a gate: where it stands, what has gone through it, its faults and their hits.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// Its name.
    #[arg(value_name = "GATE")]
    gate: String,

    /// How it is shown.
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Output,

    #[command(flatten)]
    daemon: Daemon,
}

impl Inspect {
    pub(super) fn run(&self) -> Result<(), Error> {
        self.output.show(&self.daemon.client()?.status(&self.gate)?, in_table)
    }
}

fn in_table(gate: &GateStatus) -> String {
    let (config, totals) = (&gate.config, gate.totals);
    let clients = format!(
        "{} accepted, {} connected, {} dial failures",
        totals.accepted, totals.connected, totals.dial_failures
    );
    let mut rows = vec![
        row("name", gate.name.clone()),
        row("protocol", config.protocol.to_string()),
        row("listen", listens_on(gate)),
        row("upstream", config.upstream.clone()),
        row("running", if gate.running { "yes" } else { "no" }.to_owned()),
        row("accepting", config.accepting.to_string()),
        row("seed", gate.seed.to_string()),
        row("connections", gate.connections.to_string()),
        row("clients", clients),
    ];
    let lists = [
        (Direction::ToServer, &config.to_server, &gate.hits.to_server),
        (Direction::ToClient, &config.to_client, &gate.hits.to_client),
    ];
    for (direction, faults, hits) in lists {
        let volume = totals.of(direction);
        let bytes = format!("{} bytes received, {} sent", volume.received, volume.sent);
        rows.push(row(direction.as_str(), bytes));
        rows.extend(faults.iter().map(|fault| row("", with_hits(fault, hits))));
    }
    table(rows)
}

fn row(name: &str, value: String) -> Vec<String> {
    vec![name.to_owned(), value]
}

/// A fault as it is written on the command line, and how often it has done something.
fn with_hits(fault: &EntrySpec, hits: &BTreeMap<String, u64>) -> String {
    let hits = fault.name().and_then(|name| hits.get(name)).copied().unwrap_or_default();
    format!("{fault}: {}", counted(hits, "hit"))
}
