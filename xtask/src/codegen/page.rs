//! The catalogue as a document, `docs/faults.md`.

use std::fmt::Write;

use chaosgate_faults::catalogue::{self, FieldInfo, KindInfo, ValueKind};
use serde_json::Value;

use super::example::Example;
use super::{python_faults, python_fields, rust_faults};

const INTRODUCTION: &str = "\
# Faults

<!-- Made by `cargo xtask codegen` from the doc comments of the code: change it there. -->

A fault acts on one direction of a gate: on what goes to the server, or on what goes to the client. A direction has a
list of faults, which traffic meets in their order. On the command line each is written as its type and its fields:

```sh
chaosgate gate --upstream localhost:5432 --to-client latency:delay=100ms,jitter=10ms --to-client slice:size=1kB
```

Where one field alone must be given its value may stand alone, before all others: `latency:100ms,jitter=10ms`, `slice:1kB`. A
hyphen in a name is as good as an underscore. A value with a comma or an equals sign in it is written as a JSON string:
`latency:delay=1s,name=\"a, b\"`.

In JSON the first fault above is `{\"type\": \"latency\", \"delay\": \"100ms\", \"jitter\": \"10ms\"}`. In Python a fault is an
object of `chaosgate`, in Rust one of the crate of that name.
";

const UNITS: &str = "
Eight bits are a byte: `1Mbit/s` is `125kB/s`. In Python, a number is in seconds, in bytes, or in bytes per second, and a
duration may be a `timedelta` too.

On the command line and in JSON a duration or a rate without its unit is refused. So is, everywhere, any value out of its
bounds, and any field that the fault does not have.
";

/// The whole document.
pub(crate) fn document() -> String {
    let kinds = catalogue::all();
    let mut text = INTRODUCTION.to_owned();
    text += "\n| fault | what it does |\n|---|---|\n";
    for kind in kinds {
        let _ = writeln!(text, "| [`{0}`](#{0}) | {1} |", kind.name, cell(&kind.summary()));
    }
    for kind in kinds {
        text += &section(kind);
    }
    let entry = catalogue::entry();
    text += "\n## Fields of every fault\n\n";
    let method = |field: &FieldInfo| rust_faults::call(field, rust_faults::type_name(&field.kind));
    text += &fields(&entry.fields, method);
    text += &example(entry.example);
    text + "\n## Values\n\n" + &values() + UNITS
}

fn section(kind: &KindInfo) -> String {
    let mut text = format!("\n## {}\n", kind.name);
    for paragraph in kind.docs.split("\n\n") {
        let _ = write!(text, "\n{}\n", paragraph.replace('\n', " "));
    }
    if kind.fields.is_empty() {
        text += "\nIt has no fields of its own.\n";
    } else {
        let _ = write!(text, "\n{}", fields(&kind.fields, rust_faults::type_of));
    }
    text + &example(kind.example)
}

/// The table of these fields, where `rust` is how each is given in Rust.
fn fields(fields: &[FieldInfo], rust: impl Fn(&FieldInfo) -> String) -> String {
    let mut text = table(["field", "value", "Python", "Rust", "default", "what it says"]);
    for field in fields {
        text += &row([
            &code(&field.name),
            &value(&field.kind),
            &code(&in_python(field)),
            &code(&rust(field)),
            &default(field),
            &cell(&field.docs),
        ]);
    }
    text
}

/// One and the same entry in each notation.
fn example(written: &'static str) -> String {
    let example = Example::new(written);
    let rows = [
        row(["command line", &code(written)]),
        row(["Python", &code(&python_faults::expression(&example))]),
        row(["Rust", &code(&rust_faults::expression(&example))]),
    ];
    format!("\n{}{}", table(["notation", "example"]), rows.concat())
}

/// A row for each kind of value that is not one of few.
fn values() -> String {
    let mut text = table(["value", "command line, JSON", "Python", "Rust", "bounds", "units"]);
    for kind in catalogue::values() {
        let written = kind.example().unwrap_or_default();
        let value = Value::from(written);
        text += &row([
            &kind.to_string(),
            &code(written),
            &format!(
                "{}: {}",
                code(&type_in_python(kind)),
                code(&python_fields::literal(kind, &value))
            ),
            &code(&rust_faults::literal(kind, &value)),
            &kind.bounds().unwrap_or_default(),
            kind.units(),
        ]);
    }
    text
}

/// The names that the field takes, or a link to how its kind of value is written.
fn value(kind: &ValueKind) -> String {
    let choices: Vec<_> = kind.choices().into_iter().map(code).collect();
    if choices.is_empty() { format!("[{kind}](#values)") } else { choices.join(", ") }
}

/// The type in Python, and the name where that is another.
fn in_python(field: &FieldInfo) -> String {
    let (name, type_name) = (python_fields::name_of(field), type_in_python(&field.kind));
    if name == field.name { type_name } else { format!("{name}: {type_name}") }
}

/// The type in Python; of few names, which stand beside it, that they are texts.
fn type_in_python(kind: &ValueKind) -> String {
    match kind {
        ValueKind::OneOf { .. } => "str".to_owned(),
        other => python_fields::written_as(other),
    }
}

fn default(field: &FieldInfo) -> String {
    match &field.default {
        None => "**required**".to_owned(),
        Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => code(text),
        Some(other) => code(&other.to_string()),
    }
}

fn table<const N: usize>(columns: [&str; N]) -> String {
    row(columns) + &row(columns.map(|_| "---"))
}

fn row<const N: usize>(cells: [&str; N]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}

/// A text that stays within its cell.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}
