//! What can be said of a gate on the command line, whoever is to run it.

use std::time::Duration;

use chaosgate::units::duration;
use chaosgate::{Accepting, EntrySpec, How};
use clap::Args;

use crate::values::one_of;

#[derive(Debug, Args)]
pub(crate) struct GateOptions {
    /// Where clients connect; port 0 is a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: String,

    /// Where the server is.
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) upstream: String,

    /// Pass datagrams over UDP, and not streams over TCP.
    #[arg(long)]
    pub(crate) udp: bool,

    /// A fault on the way to the server; may be given several times.
    #[arg(long, value_name = "FAULT")]
    pub(crate) to_server: Vec<EntrySpec>,

    /// A fault on the way to the client; may be given several times.
    #[arg(long, value_name = "FAULT")]
    pub(crate) to_client: Vec<EntrySpec>,

    /// Where every decision of chance comes from; drawn and shown if it is not given.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,

    /// How new clients are taken; with --udp accept, hold or refuse.
    #[arg(long, value_name = "MODE", default_value = "accept", value_parser = one_of(Accepting::ALL))]
    pub(crate) accepting: Accepting,

    /// What a client gets when the server cannot be reached; not with --udp.
    #[arg(
        long,
        value_name = "HOW",
        default_value = "reset",
        conflicts_with = "udp",
        value_parser = one_of(How::ALL)
    )]
    pub(crate) on_dial_failure: How,

    /// After what silence of both sides a client's connection ends; only with --udp.
    #[arg(
        long,
        value_name = "TIME",
        default_value = "60s",
        requires = "udp",
        value_parser = duration::parse
    )]
    pub(crate) idle: Duration,
}
