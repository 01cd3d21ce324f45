//! Load for one proxy, by one measure. Prints what it gives as JSON.

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use chaosgate_load::{
    Outcome, Process, Receiver, Setting, bulk, connections, datagrams, idle, round_trips,
};
use clap::{Parser, Subcommand};

/// Load for one proxy, by one measure.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the server listens.
    #[arg(long)]
    server: SocketAddr,
    /// Where the client connects.
    #[arg(long)]
    through: SocketAddr,
    /// How many milliseconds are measured, after a quarter of that for all to get under way.
    #[arg(long, default_value_t = 1000)]
    milliseconds: u64,
    /// The number of the proxy's process, whose processor time is read.
    #[arg(long)]
    process: Option<Process>,
    #[command(subcommand)]
    measure: Measure,
}

#[derive(Debug, Subcommand)]
enum Measure {
    /// Bytes per second.
    Bulk {
        #[arg(long, default_value_t = 1)]
        streams: usize,
        /// From the client to the server, and not the other way.
        #[arg(long)]
        up: bool,
    },
    /// Seconds of a round trip.
    RoundTrips {
        #[arg(long, default_value_t = 1)]
        connections: usize,
        #[arg(long, default_value_t = 64)]
        size: usize,
    },
    /// New connections per second.
    Connections {
        #[arg(long, default_value_t = 8)]
        clients: usize,
    },
    /// Bytes of memory for a connection that says nothing.
    Idle {
        #[arg(long, default_value_t = 2000)]
        connections: usize,
    },
    /// Datagrams per second, there and back.
    Datagrams {
        #[arg(long, default_value_t = 64)]
        size: usize,
        #[arg(long, default_value_t = 64)]
        window: usize,
    },
}

fn main() -> ExitCode {
    match measured(&Arguments::parse()).and_then(|outcome| Ok(serde_json::to_string(&outcome)?)) {
        Ok(outcome) => {
            println!("{outcome}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measured(arguments: &Arguments) -> io::Result<Outcome> {
    let &Arguments { server, through, milliseconds, process, .. } = arguments;
    let setting = Setting { server, through, time: Duration::from_millis(milliseconds), process };
    match arguments.measure {
        Measure::Bulk { streams, up: false } => bulk(&setting, streams, Receiver::Client),
        Measure::Bulk { streams, up: true } => bulk(&setting, streams, Receiver::Server),
        Measure::RoundTrips { connections, size } => round_trips(&setting, connections, size),
        Measure::Connections { clients } => connections(&setting, clients),
        Measure::Idle { connections } => idle(&setting, connections),
        Measure::Datagrams { size, window } => datagrams(&setting, size, window),
    }
}
