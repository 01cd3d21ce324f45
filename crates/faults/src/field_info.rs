//! What there is to know of a field, read off the schema of the type that has it.

use schemars::Schema;
use serde_json::{Map, Value};

/// A field of a type of fault, or one that every fault takes.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldInfo {
    /// Its name.
    pub name: String,
    /// What it says, with its unit.
    pub docs: String,
    /// What kind of value it takes, such as `duration` or `fin, reset`.
    pub value: String,
    /// The value it has when it is left out; `None` if it must be given.
    pub default: Option<Value>,
}

const BOOLEANS: &str = "true, false";

impl FieldInfo {
    /// The fields of the type that has this schema, in its order.
    pub(crate) fn all_of(schema: &Schema) -> Vec<Self> {
        let nothing = Map::new();
        let object = |key| schema.get(key).and_then(Value::as_object).unwrap_or(&nothing);
        let required = schema.get("required").and_then(Value::as_array);
        let fields = object("properties").iter().map(|(field, about)| FieldInfo {
            name: field.clone(),
            docs: docs_of(about),
            value: value_of(about, object("$defs")),
            default: (!required.is_some_and(|all| all.iter().any(|one| one == field)))
                .then(|| about.get("default").cloned().unwrap_or(Value::Null)),
        });
        fields.collect()
    }

    pub(crate) fn is_default(&self, field: &str, value: &Value) -> bool {
        self.name == field && self.default.as_ref() == Some(value)
    }

    /// Whether this is one of the values, where there are few.
    pub(crate) fn allows(&self, value: &Value) -> bool {
        let mut few = self.value.split(", ");
        match value {
            _ if !self.value.contains(", ") => true,
            Value::Bool(_) => self.value == BOOLEANS,
            Value::String(text) => self.value != BOOLEANS && few.any(|one| one == text),
            _ => false,
        }
    }
}

/// The doc comment of what a schema describes.
pub(crate) fn docs_of(about: &Value) -> String {
    about.get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What a field takes, in words: the names of an enum, or the name of its type.
fn value_of(about: &Value, definitions: &Map<String, Value>) -> String {
    if let Some(name) = reference(about) {
        return match definitions.get(name).map(names) {
            Some(names) if !names.is_empty() => names.join(", "),
            _ => in_words(name),
        };
    }
    if about.get("pattern").is_some() {
        return "duration".to_owned();
    }
    match about.get("type").and_then(Value::as_str) {
        Some("boolean") => BOOLEANS.to_owned(),
        Some("string") => "text".to_owned(),
        other => other.unwrap_or_default().to_owned(),
    }
}

fn reference(about: &Value) -> Option<&str> {
    let any_of = about.get("anyOf").and_then(Value::as_array).and_then(|of| of.first());
    let target = any_of.unwrap_or(about).get("$ref")?.as_str()?;
    target.rsplit('/').next()
}

/// The values of an enum, whose variants may each have their own docs.
fn names(definition: &Value) -> Vec<&str> {
    let plain = definition.get("enum").and_then(Value::as_array);
    let one_of = definition.get("oneOf").and_then(Value::as_array);
    let documented = one_of.into_iter().flatten().flat_map(|variant| {
        let several = variant.get("enum").and_then(Value::as_array);
        several.into_iter().flatten().chain(variant.get("const"))
    });
    plain.into_iter().flatten().chain(documented).filter_map(Value::as_str).collect()
}

/// `NonZeroByteSize` reads as `byte size`: what is special about it stands in the field's docs.
fn in_words(type_name: &str) -> String {
    let plain = type_name.strip_prefix("NonZero").unwrap_or(type_name);
    let mut words = String::new();
    for letter in plain.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
