//! `chaosgate rm`, `accept`, `close` and `heal`

use chaosgate::{Accepting, How};
use clap::Args;

use super::daemon::Daemon;
use crate::error::Error;
use crate::output::{counted, print_line};
use crate::values::one_of;

/// Close the connections of gates, and remove them.
#[derive(Debug, Args)]
pub(crate) struct Rm {
    /// Their names.
    #[arg(value_name = "GATE", required = true)]
    gates: Vec<String>,

    #[command(flatten)]
    daemon: Daemon,
}

impl Rm {
    pub(super) fn run(&self) -> Result<(), Error> {
        let client = self.daemon.client()?;
        Ok(self.gates.iter().try_for_each(|gate| client.remove_gate(gate))?)
    }
}

/// Have a gate take new clients in another way.
#[derive(Debug, Args)]
#[command(after_help = "`chaosgate faults` tells what becomes of clients in each way.")]
pub(crate) struct Accept {
    /// Its name.
    #[arg(value_name = "GATE")]
    gate: String,

    /// The way; over UDP accept, hold or refuse.
    #[arg(value_name = "MODE", value_parser = one_of(Accepting::ALL))]
    mode: Accepting,

    #[command(flatten)]
    daemon: Daemon,
}

impl Accept {
    pub(super) fn run(&self) -> Result<(), Error> {
        self.daemon.client()?.set_accepting(&self.gate, self.mode)?;
        Ok(())
    }
}

/// Close the connections of a gate, and say how many those were.
#[derive(Debug, Args)]
pub(crate) struct Close {
    /// Its name.
    #[arg(value_name = "GATE")]
    gate: String,

    /// What both sides see.
    #[arg(long, value_name = "HOW", default_value = "fin", value_parser = one_of(How::ALL))]
    how: How,

    /// That of this number alone.
    #[arg(long, value_name = "NUMBER")]
    connection: Option<u64>,

    #[command(flatten)]
    daemon: Daemon,
}

impl Close {
    pub(super) fn run(&self) -> Result<(), Error> {
        let client = self.daemon.client()?;
        let closed = match self.connection {
            Some(number) => client.close_connection(&self.gate, number, self.how).map(|()| 1)?,
            None => client.close_connections(&self.gate, self.how)?,
        };
        Ok(print_line(format_args!("{} closed", counted(closed as u64, "connection")))?)
    }
}

/// Heal gates: no faults, and new clients are accepted.
#[derive(Debug, Args)]
pub(crate) struct Heal {
    /// Their names; all gates, if there is none.
    #[arg(value_name = "GATE")]
    gates: Vec<String>,

    #[command(flatten)]
    daemon: Daemon,
}

impl Heal {
    pub(super) fn run(&self) -> Result<(), Error> {
        let client = self.daemon.client()?;
        if self.gates.is_empty() {
            return Ok(client.heal_gates()?);
        }
        Ok(self.gates.iter().try_for_each(|gate| client.heal_gate(gate))?)
    }
}
