//! What is shown, for people or for programs.

use chaosgate_api::GateStatus;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::error::Error;
use crate::output::{print, print_line};

/// How something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For people.
    Table,
    /// JSON, as the interface gives it.
    Json,
    /// The same in YAML.
    Yaml,
}

impl Output {
    /// Shows it: for people what `table` makes of it.
    pub(super) fn show<T: Serialize>(
        self,
        what: &T,
        table: impl FnOnce(&T) -> String,
    ) -> Result<(), Error> {
        match self {
            Output::Table => Ok(print(table(what))?),
            Output::Json => Ok(print_line(in_json(what)?)?),
            Output::Yaml => Ok(print(in_yaml(what)?)?),
        }
    }
}

/// As JSON to be read by people too.
pub(super) fn in_json(what: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string_pretty(what).map_err(|error| cannot("JSON", &error))
}

/// As YAML, with a line feed at its end.
pub(super) fn in_yaml(what: &impl Serialize) -> Result<String, Error> {
    serde_saphyr::to_string(what).map_err(|error| cannot("YAML", &error))
}

/// That something cannot be written in this language.
pub(super) fn cannot(language: &'static str, error: &impl ToString) -> Error {
    Error::Unwritable { language, reason: error.to_string() }
}

/// A table of columns that stand close together; it breaks lines at the width of a terminal.
pub(super) fn table(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// Where clients connect, as it was written; of a free port the one that it is.
pub(super) fn listens_on(status: &GateStatus) -> String {
    match &status.config.listen {
        Some(listen) if !listen.ends_with(":0") => listen.clone(),
        _ => {
            let addresses: Vec<_> = status.addresses.iter().map(ToString::to_string).collect();
            addresses.join(",")
        }
    }
}

/// Where a gate listens, in a sentence.
pub(super) fn beginning(status: &GateStatus) -> String {
    let (name, place) = (&status.name, listens_on(status));
    if status.running {
        format!("{name} listens on {place}")
    } else {
        format!("{name} does not run")
    }
}
