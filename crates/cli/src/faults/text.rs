//! The catalogue for people at a terminal.

use std::fmt::Write;

use chaosgate::catalogue::{self, FieldInfo, KindInfo, ValueKind};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value;

use super::paragraphs;
use crate::output::{STRONG, styled};

/// Each fault with its docs, its fields and an example; at the end the fields that all take.
pub(super) fn list(kinds: &[KindInfo]) -> String {
    let mut text = String::new();
    for kind in kinds {
        let _ = writeln!(text, "{}", styled(STRONG, kind.name));
        for paragraph in paragraphs(&kind.docs) {
            let mut table = table();
            table.add_row([paragraph]);
            text += &indented(2, table);
        }
        text += &fields(&kind.fields);
        let _ = writeln!(text, "  example: {}\n", styled(STRONG, kind.example));
    }
    let _ = writeln!(text, "{}", styled(STRONG, "every fault also takes"));
    text + &fields(&catalogue::entry().fields)
}

fn fields(fields: &[FieldInfo]) -> String {
    let mut table = table();
    for field in fields {
        let docs = paragraphs(&field.docs).collect::<Vec<_>>().join(" ");
        table.add_row([&field.name, &value(&field.kind), &default(field), &docs]);
    }
    if fields.is_empty() { String::new() } else { indented(4, table) }
}

/// What kind of value it is, and how one is written.
fn value(kind: &ValueKind) -> String {
    match kind.example() {
        Some(example) => format!("{kind}, such as {example}"),
        None => kind.to_string(),
    }
}

/// A default as it is written on the command line.
fn default(field: &FieldInfo) -> String {
    match &field.default {
        None => "required".to_owned(),
        Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

pub(super) fn table() -> Table {
    let mut table = Table::new();
    // Breaks lines at the width of the terminal, and not at all where there is none.
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// The lines of a table, so far from the left.
pub(super) fn indented(width: u16, mut table: Table) -> String {
    if let Some(first) = table.column_mut(0) {
        first.set_padding((width, 1));
    }
    let mut text = String::new();
    for line in table.lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
