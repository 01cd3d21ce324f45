//! The command `chaosgate`: a network that fails on command, without a line of code.
//!
//! It is a library that is handed its arguments, so that the program and the Python package have
//! one and the same command.
//!
//! | to find | look in |
//! |---|---|
//! | what can be written on the command line | `arguments.rs` |
//! | `chaosgate demo`: every condition against a server and a client of its own | `demo/` |
//! | `chaosgate gate`: one gate in the foreground | `gate/`; what is said of it: `gate_options.rs` |
//! | `chaosgate serve`: many gates, controlled over HTTP | `serve.rs` |
//! | the same under the name and with the arguments of `toxiproxy-server` | `toxiproxy_server/` |
//! | the client of these two, under the name and with the arguments of `toxiproxy-cli` | `toxiproxy_cli/` |
//! | the client of a daemon, by the native interface: `ls`, `create`, `fault`, `apply` and so on | `remote/` |
//! | what the two servers have in common | `daemon.rs`; their log: `log/` |
//! | what ends a command | `signals.rs` |
//! | `chaosgate faults`: what there is to know of each fault | `faults/` |
//! | `chaosgate config check` and `chaosgate schema`: the document of many gates | `config/` |
//! | `chaosgate manual`: the manual pages, and what shells complete by | `manual.rs` |
//! | the values of arguments that are looked at at once | `values.rs` |
//! | what is said of a command line that cannot be read, or that asks for help | `usage.rs` |
//! | what can go wrong, how it is shown, and the exit codes | `error.rs` |

mod arguments;
mod config;
mod daemon;
mod demo;
mod error;
mod faults;
mod gate;
mod gate_options;
mod log;
mod manual;
mod output;
mod remote;
mod serve;
mod signals;
mod toxiproxy_cli;
mod toxiproxy_server;
mod usage;
mod values;

use std::ffi::OsString;

use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};
use error::Error;

/// Runs the command with these arguments, of which the first is the program's name, and gives its
/// exit code: 0 if all went well, 1 if what was asked for failed, 2 if it was asked for wrongly, 3 if no
/// daemon can be reached, 4 if a configuration is wrong (docs/exit-codes.md).
pub fn run<A>(arguments: impl IntoIterator<Item = A>) -> u8
where
    A: Into<OsString>,
{
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    if let Some((program, rest)) = arguments.split_first() {
        if toxiproxy_cli::is_meant_by(program) {
            return toxiproxy_cli::run(&arguments);
        }
        if toxiproxy_server::is_meant_by(program) && !is_command(rest.first()) {
            return toxiproxy_server::run(rest);
        }
    }
    let command = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments.command,
        Err(error) => return usage::tell_of(&error),
    };
    let result = match &command {
        Command::Demo(demo) => demo::run(demo.json),
        Command::Gate(gate) => gate::run(gate),
        Command::Serve(serve) => serve::run(serve),
        Command::Faults(faults) => faults::run(faults),
        Command::Config(config) => config::run(config),
        Command::Remote(remote) => remote.run(),
        Command::Schema => config::print_schema(),
        Command::Manual { directory } => manual::write(directory),
    };
    match result {
        Ok(()) => 0,
        Err(error) => error.report(),
    }
}

/// Whether this is one of the commands: the image has its entry point for a server, and they work there
/// too.
fn is_command(argument: Option<&OsString>) -> bool {
    let name = argument.and_then(|argument| argument.to_str());
    name.is_some_and(|name| Arguments::command().find_subcommand(name).is_some())
}

/// The runtime that gates work on.
fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Runtime)
}
