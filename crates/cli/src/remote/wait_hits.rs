//! `chaosgate wait-hits`

use std::time::Duration;

use chaosgate::Direction;
use chaosgate::units::duration;
use clap::Args;

use super::daemon::Daemon;
use crate::error::Error;
use crate::output::{counted, print_line};
use crate::values::one_of;

/// Wait until a fault has done something to traffic, and say how often it has.
///
/// If that takes longer than --timeout, it fails with code 1: an experiment whose fault did nothing has shown nothing.
#[derive(Debug, Args)]
pub(crate) struct WaitHits {
    /// The gate's name.
    #[arg(value_name = "GATE")]
    gate: String,

    /// The direction of the traffic.
    #[arg(value_name = "DIRECTION", value_parser = one_of(Direction::BOTH))]
    direction: Direction,

    /// The fault's name.
    #[arg(value_name = "FAULT")]
    fault: String,

    /// How often, at least.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    at_least: u64,

    /// How long it waits for that.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration::parse)]
    timeout: Duration,

    #[command(flatten)]
    daemon: Daemon,
}

impl WaitHits {
    pub(super) fn run(&self) -> Result<(), Error> {
        let WaitHits { gate, direction, fault, at_least, timeout, .. } = self;
        let client = self.daemon.client()?;
        let hits = client.hits(gate, *direction, fault, *at_least, *timeout)?;
        if hits >= *at_least {
            return Ok(print_line(counted(hits, "hit"))?);
        }
        Err(Error::FewHits {
            fault: format!("{fault} {direction} of {gate}"),
            hits,
            at_least: *at_least,
            timeout: *timeout,
        })
    }
}
