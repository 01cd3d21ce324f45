//! What can be written on the command line.

use std::path::PathBuf;
use std::time::Duration;

use chaosgate::catalogue::KindInfo;
use chaosgate::units::duration;
use clap::{Args, Parser, Subcommand, ValueEnum};
use tracing_subscriber::filter::LevelFilter;

use crate::gate_options::GateOptions;
use crate::remote::Remote;
use crate::values;

/// A network that fails on command.
///
/// A gate stands between a client and a server and passes the traffic, until it is told how the
/// network shall fail.
#[derive(Debug, Parser)]
#[command(name = "chaosgate", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  chaosgate demo
  chaosgate gate --upstream localhost:5432 --to-client latency:delay=100ms
  chaosgate faults latency
  chaosgate serve
  chaosgate create redis --upstream localhost:6379";

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
pub(crate) enum Command {
    Demo(Demo),
    #[command(visible_alias = "proxy")]
    Gate(Gate),
    Serve(Serve),
    Faults(Faults),
    Config(Config),
    #[command(flatten)]
    Remote(Remote),
    /// Print the JSON schema of a configuration.
    ///
    /// By that an editor can complete and check the fields of a file in TOML, YAML or JSON.
    Schema,
    /// Write the manual pages, and the completions for shells, below a directory.
    ///
    /// They are laid out as packages have them: ~/.local is for one user, /usr/local for all. What there is
    /// already is written anew.
    Manual {
        /// The directory, in which there is then share/man/man1, share/bash-completion and so on.
        #[arg(value_name = "DIRECTORY")]
        directory: PathBuf,
    },
}

/// Show every condition on a server and a client of its own.
///
/// Nothing has to be installed: a small key-value server, a gate, and a client that gives up after
/// 500 ms run on the loopback interface; then the same for datagrams, with a client that asks three
/// times. Each condition of the network is shown in each direction, then the gate heals, and the
/// client proves that it has recovered.
#[derive(Debug, Args)]
#[command(after_help = crate::demo::help())]
pub(crate) struct Demo {
    /// Print a JSON array with an object for each condition and direction; the table goes to
    /// standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run one gate in the foreground.
///
/// Prints where it listens, then what happens: on a terminal what goes through in a second, a line for each in
/// which something does; elsewhere an event a line. Ctrl-C or SIGTERM ends it with the totals; a reader that
/// has gone does not.
#[derive(Debug, Args)]
#[command(after_help = "\
A FAULT is a name and its fields, such as latency:delay=100ms,jitter=10ms; where one field alone must be given
its value will do, as in latency:100ms. `chaosgate faults` lists them.

Example: a slow database, whose answers take 100 ms longer on half of the connections
  chaosgate gate --listen localhost:6432 --upstream localhost:5432 \\
      --to-client latency:delay=100ms,probability=50%

Example: a name server, of whose answers 30% are lost
  chaosgate gate --udp --listen localhost:5353 --upstream 9.9.9.9:53 --to-client loss:ratio=30%")]
pub(crate) struct Gate {
    #[command(flatten)]
    pub(crate) options: GateOptions,

    /// Show the events on a terminal too.
    #[arg(long, short)]
    pub(crate) verbose: bool,

    /// Print a JSON object a line, for each event.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run many gates, controlled over HTTP.
///
/// It answers an interface of its own, below /api/v1 (docs/api.md), and Toxiproxy's, so every client of that
/// works. Prints where it listens; the log goes to standard error. Ctrl-C or SIGTERM ends it: new clients are refused, and the connections that
/// stand may go on for a while. A second one ends it at once.
///
/// Under the name toxiproxy-server, the program takes the arguments of that server.
#[derive(Debug, Args)]
#[command(after_help = "\
Example: a proxy, as curl would make it
  chaosgate serve
  curl -d '{\"name\": \"redis\", \"listen\": \"localhost:6380\", \"upstream\": \"localhost:6379\"}' \\
      localhost:8474/proxies
  curl -d '{\"type\": \"latency\", \"attributes\": {\"latency\": 100}}' localhost:8474/proxies/redis/toxics")]
pub(crate) struct Serve {
    /// Where the interface is reached: over TCP, or with unix:PATH by this user alone. Whoever reaches it
    /// controls the gates.
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:8474", value_parser = values::api)]
    pub(crate) api: String,

    /// A file with the token that every call has to show, as Authorization: Bearer TOKEN. The same may stand
    /// in `CHAOSGATE_TOKEN`, or in `TOXIPROXY_AUTH_TOKEN`.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// A file with the gates to begin with, in TOML, YAML or JSON (docs/config.md), or a directory of such
    /// files; or with Toxiproxy's list of proxies: what POST /populate takes. It is read again at a SIGHUP.
    #[arg(long, value_name = "FILE|DIRECTORY")]
    pub(crate) config: Option<PathBuf>,

    /// Read the configuration again when it has changed.
    #[arg(long, requires = "config")]
    pub(crate) watch: bool,

    /// Where every decision of chance comes from; drawn and shown if it is not given.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,

    /// How long connections may go on when it is told to end.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration::parse)]
    pub(crate) drain: Duration,

    /// From which level on the log is written: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: LevelFilter,

    /// How the log is written: lines to read, or a JSON object a line.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines to read.
    Text,
    /// An object a line.
    Json,
}

/// List the faults, or tell all of one: its fields, and an example.
///
/// The list ends with how values are written, and with the ways of accepting.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  chaosgate faults bandwidth")]
pub(crate) struct Faults {
    /// All of this fault.
    #[arg(value_name = "NAME", value_parser = values::fault)]
    pub(crate) name: Option<&'static KindInfo>,

    /// All of each fault.
    #[arg(long)]
    pub(crate) long: bool,

    /// Print a JSON array with an object for each fault.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Check a configuration of many gates.
///
/// It is a file in TOML, YAML or JSON, which docs/config.md describes.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  chaosgate config check gates.toml")]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say in a line for each gate what it would be, or all that is wrong. Nothing is started, and no
    /// name is looked up.
    Check {
        /// The configuration: TOML, YAML or JSON, as its extension or its shape tells; or a directory of such
        /// files.
        #[arg(value_name = "FILE|DIRECTORY")]
        path: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
