//! `chaosgate config check` and `chaosgate schema`: the document of many gates.

mod files;
mod line;

use chaosgate_config::Config;

use crate::arguments::{self, ConfigCommand};
use crate::error::Error;
use crate::output::print_line;
pub(crate) use files::Files;
use line::Line;

/// Checks a configuration.
pub(crate) fn run(arguments: &arguments::Config) -> Result<(), Error> {
    let ConfigCommand::Check { path } = &arguments.command;
    let documents = Files::read(path)?.documents()?;
    for (name, gate) in &Config::from_documents(&documents).map_err(Error::Config)?.gates {
        print_line(Line { name, gate })?;
    }
    Ok(())
}

/// Prints the schema of a configuration.
pub(crate) fn print_schema() -> Result<(), Error> {
    Ok(print_line(format_args!("{:#}", Config::schema()))?)
}
