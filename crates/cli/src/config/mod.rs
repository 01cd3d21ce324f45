//! `chaosgate config check` and `chaosgate schema`: the document of many gates.

mod line;

use std::fs;
use std::path::Path;

use chaosgate_config::{Config, Document};

use crate::arguments::{self, ConfigCommand};
use crate::error::Error;
use crate::output::print_line;
use line::Line;

/// Checks a configuration.
pub(crate) fn run(arguments: &arguments::Config) -> Result<(), Error> {
    let ConfigCommand::Check { file } = &arguments.command;
    for (name, gate) in &read(file)?.gates {
        print_line(Line { name, gate })?;
    }
    Ok(())
}

/// Prints the schema of a configuration.
pub(crate) fn print_schema() -> Result<(), Error> {
    Ok(print_line(format_args!("{:#}", Config::schema()))?)
}

/// What a file says.
fn read(file: &Path) -> Result<Config, Error> {
    Ok(Config::from_document(&document(file)?)?)
}

/// The document that a file is.
pub(crate) fn document(file: &Path) -> Result<Document, Error> {
    let unreadable = |source| Error::Unreadable { path: file.to_owned(), source };
    let text = fs::read_to_string(file).map_err(unreadable)?;
    Ok(Document::parse(&file.to_string_lossy(), &text)?)
}
