//! A field of a fault as Python has it.

use chaosgate_faults::catalogue::FieldInfo;
use chaosgate_faults::units::{ByteSize, duration};
use serde_json::Value;

/// Its name, which is no keyword of Python: `for_`.
pub(crate) fn name_of(field: &FieldInfo) -> String {
    let underscore = if field.name == "for" { "_" } else { "" };
    format!("{}{underscore}", field.name)
}

/// The type of a field when it is read.
pub(crate) fn read_type(field: &FieldInfo) -> String {
    or_none(
        field,
        match field.value.as_str() {
            "duration" | "byte rate" | "ratio" => "float".to_owned(),
            "byte size" | "count" => "int".to_owned(),
            "text" => "str".to_owned(),
            _ => choice(&field.value),
        },
    )
}

/// The types in which a field may be written.
pub(crate) fn written_type(field: &FieldInfo) -> String {
    or_none(
        field,
        match field.value.as_str() {
            "duration" => "Time".to_owned(),
            "byte rate" => "Rate".to_owned(),
            "byte size" => "Size".to_owned(),
            "ratio" => "Ratio".to_owned(),
            "count" => "int".to_owned(),
            "text" => "str".to_owned(),
            _ => choice(&field.value),
        },
    )
}

fn choice(values: &str) -> String {
    if values == "true, false" {
        return "bool".to_owned();
    }
    let quoted: Vec<_> = values.split(", ").map(|value| format!("\"{value}\"")).collect();
    format!("Literal[{}]", quoted.join(", "))
}

fn or_none(field: &FieldInfo, name: String) -> String {
    if field.default == Some(Value::Null) { format!("{name} | None") } else { name }
}

/// What a number means, and its bounds; `None` where the type says it all.
fn unit_of(field: &FieldInfo) -> Option<String> {
    let unit = match field.value.as_str() {
        "duration" => "in seconds, 0 to 365 days",
        "byte rate" => "in bytes per second, 0.001 to 10**12",
        "byte size" => "in bytes, below 2**64",
        "ratio" => "from 0 to 1",
        "count" => "from 1 to 1000",
        _ => return None,
    };
    Some(unit.to_owned())
}

/// The default as Python has it; `None` if the field must be given.
pub(crate) fn default_of(field: &FieldInfo) -> Option<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Some(match (field.default.as_ref()?, field.value.as_str()) {
        (Value::Null, _) => "None".to_owned(),
        (Value::Bool(value), _) => if *value { "True" } else { "False" }.to_owned(),
        (value, "duration") => {
            let time = duration::parse(&text(value)).unwrap_or_default();
            format!("{:?}", time.as_secs_f64())
        }
        (value, "byte size") => {
            text(value).parse::<ByteSize>().map_or(0, ByteSize::get).to_string()
        }
        (value, "ratio") => format!("{:?}", value.as_f64().unwrap_or_default()),
        // JSON's text and numbers are Python's too.
        (value, _) => value.to_string(),
    })
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
