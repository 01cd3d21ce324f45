//! The client of a daemon, by its native interface.
//!
//! | to find | look in |
//! |---|---|
//! | where the daemon is, and the token | `daemon.rs` |
//! | what is shown for people and for programs | `output.rs`, a gate: `ls.rs`, `inspect.rs` |
//! | what makes, changes and removes gates | `create.rs`, `gates.rs` |
//! | the faults of a direction | `fault.rs` |
//! | what waits | `events.rs`, `wait_hits.rs` |
//! | all gates as a document | `apply.rs`, `export.rs` |

mod apply;
mod create;
mod daemon;
mod events;
mod export;
mod fault;
mod gates;
mod inspect;
mod ls;
mod output;
mod wait_hits;

use clap::Subcommand;

use crate::error::Error;

#[derive(Debug, Subcommand)]
pub(crate) enum Remote {
    Ls(ls::Ls),
    Inspect(inspect::Inspect),
    Create(create::Create),
    Rm(gates::Rm),
    Fault(fault::Fault),
    Accept(gates::Accept),
    Close(gates::Close),
    Heal(gates::Heal),
    Events(events::Events),
    WaitHits(wait_hits::WaitHits),
    Apply(apply::Apply),
    Export(export::Export),
}

impl Remote {
    /// Has a daemon do it.
    pub(crate) fn run(&self) -> Result<(), Error> {
        match self {
            Remote::Ls(ls) => ls.run(),
            Remote::Inspect(inspect) => inspect.run(),
            Remote::Create(create) => create.run(),
            Remote::Rm(rm) => rm.run(),
            Remote::Fault(fault) => fault.run(),
            Remote::Accept(accept) => accept.run(),
            Remote::Close(close) => close.run(),
            Remote::Heal(heal) => heal.run(),
            Remote::Events(events) => events.run(),
            Remote::WaitHits(wait_hits) => wait_hits.run(),
            Remote::Apply(apply) => apply.run(),
            Remote::Export(export) => export.run(),
        }
    }
}
