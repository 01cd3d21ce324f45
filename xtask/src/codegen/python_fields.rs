//! A field of a fault as Python has it.

use chaosgate_faults::catalogue::{FieldInfo, ValueKind};
use chaosgate_faults::units::{ByteRate, ByteSize, Count, Ratio};
use serde_json::Value;

use super::example::{read, time};

/// Its name, which is no keyword of Python: `for_`.
pub(crate) fn name_of(field: &FieldInfo) -> String {
    let underscore = if field.name == "for" { "_" } else { "" };
    format!("{}{underscore}", field.name)
}

/// The type of a field when it is read.
pub(crate) fn read_type(field: &FieldInfo) -> String {
    or_none(
        field,
        match &field.kind {
            ValueKind::Duration { .. } | ValueKind::ByteRate { .. } | ValueKind::Ratio { .. } => {
                "float".to_owned()
            }
            ValueKind::ByteSize { .. } => "int".to_owned(),
            ValueKind::Numbers | ValueKind::Clients | ValueKind::Pattern | ValueKind::Span => {
                "str".to_owned()
            }
            other => written_as(other),
        },
    )
}

/// The types in which a field may be written.
pub(crate) fn written_type(field: &FieldInfo) -> String {
    or_none(field, written_as(&field.kind))
}

/// The types in which a value of this kind may be written.
pub(crate) fn written_as(kind: &ValueKind) -> String {
    let name = match kind {
        ValueKind::Duration { .. } => "Time",
        ValueKind::ByteSize { .. } => "Size",
        ValueKind::ByteRate { .. } => "Rate",
        ValueKind::Ratio { .. } => "Ratio",
        ValueKind::Count { .. } => "int",
        ValueKind::Numbers | ValueKind::Clients | ValueKind::Span => "int | str",
        ValueKind::Pattern => "Pattern",
        ValueKind::Text { .. } => "str",
        ValueKind::Bool => "bool",
        ValueKind::OneOf { names, .. } => {
            let names: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
            return format!("Literal[{}]", names.join(", "));
        }
    };
    name.to_owned()
}

fn or_none(field: &FieldInfo, name: String) -> String {
    if field.default == Some(Value::Null) { format!("{name} | None") } else { name }
}

/// In what a number is, and the bounds; `None` where the type says it all.
fn unit_of(field: &FieldInfo) -> Option<String> {
    let bounds = field.kind.bounds()?;
    Some(match field.kind {
        ValueKind::Duration { .. } => format!("in seconds, {bounds}"),
        ValueKind::ByteRate { .. } => format!("in bytes per second, {bounds}"),
        _ => bounds,
    })
}

/// The default as Python has it; `None` if the field must be given.
pub(crate) fn default_of(field: &FieldInfo) -> Option<String> {
    Some(literal(&field.kind, field.default.as_ref()?))
}

/// A value as Python has it when it is read.
pub(crate) fn literal(kind: &ValueKind, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => "None".to_owned(),
        (_, Value::Bool(value)) => if *value { "True" } else { "False" }.to_owned(),
        (ValueKind::Duration { .. }, _) => format!("{:?}", time(value).as_secs_f64()),
        (ValueKind::ByteSize { .. }, _) => read::<ByteSize>(value).get().to_string(),
        (ValueKind::ByteRate { .. }, _) => {
            format!("{:?}", read::<ByteRate>(value).bytes_per_second())
        }
        (ValueKind::Ratio { .. }, _) => format!("{:?}", read::<Ratio>(value).get()),
        (ValueKind::Count { .. }, _) => read::<Count>(value).to_string(),
        // JSON's texts are Python's too.
        _ => value.to_string(),
    }
}

/// What a class and its fields are for, on the lines that this has in the code.
pub(crate) fn docstring(docs: &str, fields: &[FieldInfo]) -> String {
    let fields: String = fields.iter().map(documented).collect();
    if fields.is_empty() && !docs.contains('\n') {
        return format!("    \"\"\"{docs}\"\"\"\n");
    }
    let heading = if fields.is_empty() { "" } else { "\n\nFields:" };
    let text = indented(&format!("{docs}{heading}{fields}"), "    ");
    format!("    \"\"\"{text}\n    \"\"\"\n")
}

fn documented(field: &FieldInfo) -> String {
    let default = default_of(field).map(|value| format!("default: {value}"));
    let about: Vec<_> = unit_of(field).into_iter().chain(default).collect();
    let about = if about.is_empty() { String::new() } else { format!("\n({})", about.join("; ")) };
    let docs = indented(&format!("{}{about}", field.docs), "        ");
    format!("\n    {}: {docs}", name_of(field))
}

/// The lines after the first, further in; an empty one stays empty.
fn indented(text: &str, by: &str) -> String {
    text.replace('\n', &format!("\n{by}")).replace(&format!("\n{by}\n"), "\n\n")
}
