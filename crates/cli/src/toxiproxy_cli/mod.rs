//! The program under the name `toxiproxy-cli`: the commands of that client, their flags, their output.
//!
//! | to find | look in |
//! |---|---|
//! | its arguments | `arguments.rs` |
//! | calling the interface | `api.rs` |
//! | what it says of proxies and toxics | `proxies.rs`, `toxics.rs` |
//! | what can go wrong | `error.rs` |

mod api;
mod arguments;
mod error;
mod proxies;
mod toxics;

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::{CommandFactory, Parser};

use crate::output::{print, tell};
use api::Api;
use arguments::{Arguments, Command, OfToxics, ToxicCommand};
use error::Error;

/// The exit code for a command that there is not.
const NO_COMMAND: u8 = 3;

/// Whether a program of this name is to be that client.
pub(crate) fn is_meant_by(program: &OsStr) -> bool {
    Path::new(program).file_stem().is_some_and(|name| name == "toxiproxy-cli")
}

/// What can be written on its command line.
pub(crate) fn command_line() -> clap::Command {
    Arguments::command()
}

/// Runs it with these arguments, of which the first is the program's name, and gives its exit code.
pub(crate) fn run(arguments: &[OsString]) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Without anybody to read it, there is nobody to tell.
            let _ = error.print();
            return match error.kind() {
                clap::error::ErrorKind::InvalidSubcommand => NO_COMMAND,
                _ => u8::from(error.use_stderr()),
            };
        }
    };
    let Some(command) = &arguments.command else {
        let _ = print(Arguments::command().render_help());
        return 0;
    };
    let api = Api::new(&arguments.host, arguments.auth_token.as_deref());
    match carry_out(command, &api) {
        Ok(said) => {
            let _ = print(said);
            0
        }
        Err(error) => {
            if error.is_of_arguments() {
                let _ = print(help_of(command));
            }
            tell(error);
            1
        }
    }
}

/// Gives what is to be said.
fn carry_out(command: &Command, api: &Api) -> Result<String, Error> {
    match command {
        Command::List => proxies::list(api),
        Command::Inspect(of) => proxies::inspect(api, of.name()?),
        Command::Create(create) => proxies::create(api, create),
        Command::Toggle(of) => proxies::toggle(api, of.name()?),
        Command::Delete(of) => proxies::delete(api, of.name()?),
        Command::Toxic(OfToxics { command: Some(command) }) => match command {
            ToxicCommand::Add(add) => toxics::add(api, add),
            ToxicCommand::Update(update) => toxics::update(api, update),
            ToxicCommand::Remove(remove) => toxics::remove(api, remove),
        },
        Command::Toxic(OfToxics { command: None }) => Ok(help_of(command)),
    }
}

fn help_of(command: &Command) -> String {
    let mut root = Arguments::command();
    // So that each command knows what is said of all.
    root.build();
    let names: &[&str] = match command {
        Command::List => &["list"],
        Command::Inspect(_) => &["inspect"],
        Command::Create(_) => &["create"],
        Command::Toggle(_) => &["toggle"],
        Command::Delete(_) => &["delete"],
        Command::Toxic(OfToxics { command: Some(command) }) => match command {
            ToxicCommand::Add(_) => &["toxic", "add"],
            ToxicCommand::Update(_) => &["toxic", "update"],
            ToxicCommand::Remove(_) => &["toxic", "remove"],
        },
        Command::Toxic(OfToxics { command: None }) => &["toxic"],
    };
    let found = names.iter().try_fold(&mut root, |at, name| at.find_subcommand_mut(name));
    found.map(|command| command.render_help().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
