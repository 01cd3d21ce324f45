//! `chaosgate config check` and `chaosgate schema`: the document of many gates.

mod line;

use std::fs::File;
use std::io::{self, Read as _};
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
    // No more of it than tells that it is too long: a file may have no end.
    let mut text = Vec::new();
    let most = Document::MOST_BYTES as u64 + 1;
    let read = File::open(file).and_then(|file| file.take(most).read_to_end(&mut text));
    read.map_err(unreadable)?;
    let text = match String::from_utf8(text) {
        Ok(text) => text,
        Err(error) if error.as_bytes().len() > Document::MOST_BYTES => {
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
        Err(error) => return Err(unreadable(io::Error::new(io::ErrorKind::InvalidData, error))),
    };
    Ok(Document::parse(&file.to_string_lossy(), &text)?)
}
