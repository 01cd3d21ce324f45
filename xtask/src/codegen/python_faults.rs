//! The classes of the Python package, one for each fault, and what they have in common: written
//! from the catalogue.

use std::fmt::Write;

use chaosgate_faults::catalogue::{self, FieldInfo, KindInfo};

use super::example::{Example, class_name};
use super::python_fields::{default_of, docstring, literal, name_of, read_type, written_type};

const HEAD: &str = r#""""The faults, one class for each.

Made by `cargo xtask codegen` from the doc comments of the engine: change it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from chaosgate._fault import Fault
from chaosgate._values import Pattern, Rate, Ratio, Size, Time

"#;

const ENTRY_HEAD: &str = r#""""What all faults take beside their own fields.

Made by `cargo xtask codegen` from the doc comments of the engine: change it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from chaosgate._values import Pattern, Size, Time
"#;

const DATACLASS: &str = "\n\n@dataclass(frozen=True, init=False, repr=False, kw_only=True)\nclass ";

/// The module with all classes.
pub(crate) fn module() -> String {
    let kinds = catalogue::all();
    let names = kinds.iter().map(|kind| format!("    \"{}\",\n", class_name(kind.name)));
    let mut names: Vec<_> = names.collect();
    names.sort();
    let classes: String = kinds.iter().map(class).collect();
    format!("{HEAD}__all__ = [\n{}]\n{classes}", names.concat())
}

/// An example as an expression.
pub(crate) fn expression(example: &Example) -> String {
    let given = example.own.iter().chain(&example.common);
    let arguments: Vec<_> = given
        .map(|(field, value)| format!("{}={}", name_of(field), literal(&field.kind, value)))
        .collect();
    format!("{}({})", class_name(example.kind.name), arguments.join(", "))
}

/// The module with what all have in common.
pub(crate) fn entry_module() -> String {
    let entry = catalogue::entry();
    let docs = docstring(&entry.docs, &entry.fields);
    let attributes = attributes(&entry.fields);
    format!("{ENTRY_HEAD}{DATACLASS}EntryFields:\n{docs}\n{attributes}{}", when())
}

/// When a fault acts, as the arguments of one that has no class of its own.
fn when() -> String {
    let own = ["name", "probability", "for"];
    let fields =
        catalogue::entry().fields.iter().filter(|field| !own.contains(&field.name.as_str()));
    let lines = fields.map(|field| format!("    {}: {}\n", field.name, written_type(field)));
    let docs = "\"\"\"When a fault acts: the arguments of `Custom` beside its own.\"\"\"";
    format!("\n\nclass When(TypedDict, total=False):\n    {docs}\n\n{}", lines.collect::<String>())
}

fn class(kind: &KindInfo) -> String {
    let mut text = format!("{DATACLASS}{}(Fault):\n", class_name(kind.name));
    text.push_str(&docstring(&kind.docs, &kind.fields));
    let _ = write!(text, "\n    type: ClassVar[str] = \"{}\"\n", kind.name);
    if !kind.fields.is_empty() {
        let _ = write!(text, "\n{}", attributes(&kind.fields));
    }
    let (mut parameters, mut arguments) = (String::new(), String::new());
    for field in kind.fields.iter().chain(&catalogue::entry().fields) {
        let (name, written) = (name_of(field), written_type(field));
        let _ = writeln!(parameters, "        {name}: {written}{},", assigned(field));
        let _ = writeln!(arguments, "            {name}={name},");
    }
    let _ = write!(
        text,
        "\n    def __init__(\n        self,\n        *,\n{parameters}    ) -> None:\n        self._make(\n{arguments}        )\n"
    );
    text
}

/// The fields as attributes of a class.
fn attributes(fields: &[FieldInfo]) -> String {
    let lines = fields
        .iter()
        .map(|field| format!("    {}: {}{}\n", name_of(field), read_type(field), assigned(field)));
    lines.collect()
}

/// The default behind a name and its type.
fn assigned(field: &FieldInfo) -> String {
    default_of(field).map(|value| format!(" = {value}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_class_with_its_fields() {
        let module = module();
        for kind in catalogue::all() {
            let class = class(kind);
            assert!(module.contains(&class), "{}", kind.name);
            for field in kind.fields.iter().chain(&catalogue::entry().fields) {
                assert!(class.contains(&format!("        {}: ", name_of(field))), "{class}");
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
