//! The classes of the Python package, one for each fault: written from the catalogue.

use std::fmt::Write;

use chaosgate_faults::catalogue::{self, FieldInfo, KindInfo};
use chaosgate_faults::units::{ByteSize, duration};
use serde_json::Value;

const HEAD: &str = r#""""The faults, one class for each.

Made by `cargo xtask codegen` from the doc comments of the engine: change it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from chaosgate._fault import Fault
from chaosgate._values import Rate, Ratio, Size, Time

"#;

/// The module with all classes.
pub(crate) fn module() -> String {
    let kinds = catalogue::all();
    let names = kinds.iter().map(|kind| format!("    \"{}\",\n", class_name(kind.name)));
    let mut names: Vec<_> = names.collect();
    names.sort();
    let classes: String = kinds.iter().map(class).collect();
    format!("{HEAD}__all__ = [\n{}]\n{classes}", names.concat())
}

fn class(kind: &KindInfo) -> String {
    let mut text = format!(
        "\n\n@dataclass(frozen=True, init=False, repr=False, kw_only=True)\nclass {}(Fault):\n",
        class_name(kind.name)
    );
    text.push_str(&docstring(kind));
    let _ = write!(text, "\n    type: ClassVar[str] = \"{}\"\n", kind.name);
    if !kind.fields.is_empty() {
        text.push('\n');
    }
    for field in &kind.fields {
        let default = default_of(field).map(|value| format!(" = {value}")).unwrap_or_default();
        let _ = writeln!(text, "    {}: {}{default}", field.name, read_type(field));
    }
    text.push_str("\n    def __init__(\n        self,\n        *,\n");
    for field in &kind.fields {
        let default = default_of(field).map(|value| format!(" = {value}")).unwrap_or_default();
        let _ = writeln!(text, "        {}: {}{default},", field.name, written_type(field));
    }
    text.push_str(
        "        name: str | None = None,\n        probability: Ratio = 1.0,\n        for_: Time | None = None,\n    ) -> None:\n",
    );
    let fields = kind.fields.iter().map(|field| format!("            {0}={0},\n", field.name));
    let fields: String = fields.collect();
    let _ = write!(
        text,
        "        self._make(\n{fields}            name=name,\n            probability=probability,\n            for_=for_,\n        )\n"
    );
    text
}

/// `close_on_data` is the class `CloseOnData`.
fn class_name(name: &str) -> String {
    name.split('_').map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// The type of a field when it is read.
fn read_type(field: &FieldInfo) -> String {
    or_none(
        field,
        match field.value.as_str() {
            "duration" | "byte rate" | "ratio" => "float".to_owned(),
            "byte size" | "count" => "int".to_owned(),
            _ => choice(&field.value),
        },
    )
}

/// The types in which a field may be written.
fn written_type(field: &FieldInfo) -> String {
    or_none(
        field,
        match field.value.as_str() {
            "duration" => "Time".to_owned(),
            "byte rate" => "Rate".to_owned(),
            "byte size" => "Size".to_owned(),
            "ratio" => "Ratio".to_owned(),
            "count" => "int".to_owned(),
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
fn default_of(field: &FieldInfo) -> Option<String> {
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

/// What a fault and its fields are for, on the lines that this has in the code.
fn docstring(kind: &KindInfo) -> String {
    let fields: String = kind.fields.iter().map(documented).collect();
    if fields.is_empty() && !kind.docs.contains('\n') {
        return format!("    \"\"\"{}\"\"\"\n", kind.docs);
    }
    let heading = if fields.is_empty() { "" } else { "\n\nFields:" };
    let text = indented(&format!("{}{heading}{fields}", kind.docs), "    ");
    format!("    \"\"\"{text}\n    \"\"\"\n")
}

fn documented(field: &FieldInfo) -> String {
    let default = default_of(field).map(|value| format!("default: {value}"));
    let about: Vec<_> = unit_of(field).into_iter().chain(default).collect();
    let about = if about.is_empty() { String::new() } else { format!("\n({})", about.join("; ")) };
    let docs = indented(&format!("{}{about}", field.docs), "        ");
    format!("\n    {}: {docs}", field.name)
}

/// The lines after the first, further in; an empty one stays empty.
fn indented(text: &str, by: &str) -> String {
    text.replace('\n', &format!("\n{by}")).replace(&format!("\n{by}\n"), "\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_has_the_name_of_its_fault() {
        assert_eq!(class_name("close_on_data"), "CloseOnData");
    }

    #[test]
    fn every_fault_has_a_class_with_its_fields() {
        let module = module();
        for kind in catalogue::all() {
            let class = class(kind);
            assert!(module.contains(&class), "{}", kind.name);
            for field in &kind.fields {
                assert!(class.contains(&format!("        {}: ", field.name)), "{class}");
            }
        }
    }

    #[test]
    fn a_field_is_read_in_its_unit_and_written_in_several_ways() {
        let class = class(catalogue::find("coalesce").expect("a fault"));
        assert!(class.contains("\n    max_wait: float = 60.0\n"), "{class}");
        assert!(class.contains("\n        max_wait: Time = 60.0,\n"), "{class}");
        assert!(class.contains("\n    size: int\n"), "{class}");
    }
}
