//! `chaosgate create`

use chaosgate_config::{GateConfig, Protocol};
use clap::Args;

use super::daemon::Daemon;
use super::output::beginning;
use crate::error::Error;
use crate::gate_options::GateOptions;
use crate::output::print_line;

/// Make a gate at a daemon, and say where it listens.
#[derive(Debug, Args)]
#[command(after_help = "\
A FAULT is written as for `chaosgate gate`: latency:delay=100ms, or latency:100ms.

Example:
  chaosgate create redis --listen localhost:6380 --upstream localhost:6379 --to-client latency:100ms")]
pub(crate) struct Create {
    /// Its name.
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    options: GateOptions,

    #[command(flatten)]
    daemon: Daemon,
}

impl Create {
    pub(super) fn run(&self) -> Result<(), Error> {
        let gate = self.daemon.client()?.create_gate(&self.name, &config(&self.options))?;
        Ok(print_line(beginning(&gate))?)
    }
}

fn config(options: &GateOptions) -> GateConfig {
    let udp = options.udp;
    GateConfig {
        listen: Some(options.listen.clone()),
        protocol: if udp { Protocol::Udp } else { Protocol::Tcp },
        seed: options.seed,
        to_server: options.to_server.clone(),
        to_client: options.to_client.clone(),
        accepting: options.accepting,
        on_dial_failure: (!udp).then_some(options.on_dial_failure),
        idle: udp.then_some(options.idle),
        ..GateConfig::new(&options.upstream)
    }
}
