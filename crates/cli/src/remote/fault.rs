//! `chaosgate fault`

use chaosgate::{Direction, EntrySpec};
use clap::{Args, Subcommand};

use super::daemon::Daemon;
use crate::error::Error;
use crate::output::print_line;
use crate::values::one_of;

/// Add, set or remove the faults of a direction of a gate.
#[derive(Debug, Args)]
#[command(after_help = "\
Example: answers that take 100 ms longer, until they do not
  chaosgate fault add redis to_client latency:100ms
  chaosgate fault rm redis to_client latency")]
pub(crate) struct Fault {
    #[command(subcommand)]
    command: FaultCommand,
}

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
enum FaultCommand {
    /// Add a fault behind the others, and say the name that it has.
    Add {
        #[command(flatten)]
        at: At,

        /// The fault, as in latency:delay=100ms.
        #[arg(value_name = "FAULT")]
        fault: EntrySpec,

        #[command(flatten)]
        daemon: Daemon,
    },
    /// Set all faults of the direction: those that are the same as before go on, and others go.
    Set {
        #[command(flatten)]
        at: At,

        /// The faults, in the order in which traffic meets them; without one everything passes.
        #[arg(value_name = "FAULT")]
        faults: Vec<EntrySpec>,

        #[command(flatten)]
        daemon: Daemon,
    },
    /// Remove faults; what they held goes on at once.
    Rm {
        #[command(flatten)]
        at: At,

        /// Their names.
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,

        #[command(flatten)]
        daemon: Daemon,
    },
}

/// A direction of a gate.
#[derive(Debug, Args)]
struct At {
    /// The gate's name.
    #[arg(value_name = "GATE")]
    gate: String,

    /// The direction of the traffic.
    #[arg(value_name = "DIRECTION", value_parser = one_of(Direction::BOTH))]
    direction: Direction,
}

impl Fault {
    pub(super) fn run(&self) -> Result<(), Error> {
        match &self.command {
            FaultCommand::Add { at, fault, daemon } => {
                let added = daemon.client()?.add_fault(&at.gate, at.direction, fault.clone())?;
                print_line(added.name().unwrap_or_default())?;
            }
            FaultCommand::Set { at, faults, daemon } => {
                daemon.client()?.set_faults(&at.gate, at.direction, faults.clone())?;
            }
            FaultCommand::Rm { at, names, daemon } => {
                let client = daemon.client()?;
                for name in names {
                    client.remove_fault(&at.gate, at.direction, name)?;
                }
            }
        }
        Ok(())
    }
}
