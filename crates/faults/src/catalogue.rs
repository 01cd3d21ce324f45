//! What there is to know of each type of fault, read off its type and its doc comments.

use std::sync::LazyLock;

use schemars::Schema;
use serde_json::{Map, Value};

use crate::SpecError;
use crate::spec::infos;

/// A type of fault.
#[derive(Debug, Clone, PartialEq)]
pub struct KindInfo {
    /// The name of the type, such as `latency`.
    pub name: &'static str,
    /// What it does: the first paragraph is a summary.
    pub docs: String,
    /// Its fields, in the order of the type.
    pub fields: Vec<FieldInfo>,
    /// One entry in the notation of the command line.
    pub example: &'static str,
}

/// A field of a type of fault.
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

/// All types of faults.
pub fn all() -> &'static [KindInfo] {
    static ALL: LazyLock<Vec<KindInfo>> = LazyLock::new(infos);
    &ALL
}

/// The type of fault with this name.
pub fn find(name: &str) -> Option<&'static KindInfo> {
    all().iter().find(|kind| kind.name == name)
}

impl KindInfo {
    pub(crate) fn new(name: &'static str, example: &'static str, schema: &Schema) -> Self {
        let nothing = Map::new();
        let object = |key| schema.get(key).and_then(Value::as_object).unwrap_or(&nothing);
        let required = schema.get("required").and_then(Value::as_array);
        let fields = object("properties").iter().map(|(field, about)| FieldInfo {
            name: field.clone(),
            docs: text(about, "description"),
            value: value_of(about, object("$defs")),
            default: (!required.is_some_and(|all| all.iter().any(|one| one == field)))
                .then(|| about.get("default").cloned().unwrap_or(Value::Null)),
        });
        KindInfo {
            name,
            docs: text(schema.as_value(), "description"),
            fields: fields.collect(),
            example,
        }
    }

    /// The first paragraph of the docs, on one line.
    pub fn summary(&self) -> String {
        self.docs.split("\n\n").next().unwrap_or_default().replace('\n', " ")
    }

    pub(crate) fn is_default(&self, field: &str, value: &Value) -> bool {
        self.fields.iter().any(|about| about.name == field && about.default.as_ref() == Some(value))
    }

    /// Whether `given` are fields of this fault and all that it needs; `beside` are those that any
    /// fault has. A value is checked if it is one of few; other types know their bounds themselves.
    pub(crate) fn check(
        &self,
        given: &Map<String, Value>,
        beside: &[&str],
    ) -> Result<(), SpecError> {
        let fault = self.name.to_owned();
        for (name, value) in given {
            let Some(field) = self.fields.iter().find(|field| field.name == *name) else {
                let names = self.fields.iter().map(|field| field.name.as_str());
                let known: Vec<_> = names.chain(beside.iter().copied()).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                let field = name.clone();
                return Err(SpecError::UnknownField { fault, field, known });
            };
            if !field.allows(value) {
                let reason = format!("{value} is unknown: it must be one of {}", field.value);
                return Err(SpecError::BadValue { fault, field: name.clone(), reason });
            }
        }
        let is_missing =
            |field: &&FieldInfo| field.default.is_none() && !given.contains_key(&field.name);
        match self.fields.iter().find(is_missing) {
            None => Ok(()),
            Some(field) => Err(SpecError::MissingField {
                fault,
                field: field.name.clone(),
                example: self.example.to_owned(),
            }),
        }
    }
}

const BOOLEANS: &str = "true, false";

impl FieldInfo {
    /// Whether this is one of the values, where there are few.
    fn allows(&self, value: &Value) -> bool {
        let mut few = self.value.split(", ");
        match value {
            _ if !self.value.contains(", ") => true,
            Value::Bool(_) => self.value == BOOLEANS,
            Value::String(text) => self.value != BOOLEANS && few.any(|one| one == text),
            _ => false,
        }
    }
}

fn text(about: &Value, key: &str) -> String {
    about.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntrySpec;

    #[test]
    fn every_fault_says_what_it_and_each_of_its_fields_is_for() {
        for kind in all() {
            assert!(!kind.docs.is_empty(), "{} has no docs", kind.name);
            for field in &kind.fields {
                assert!(!field.docs.is_empty(), "{}.{} has no docs", kind.name, field.name);
                assert!(
                    !field.value.is_empty(),
                    "{}.{} has no kind of value",
                    kind.name,
                    field.name
                );
            }
        }
    }

    #[test]
    fn every_example_is_a_fault_of_its_kind_and_reads_as_it_is_printed() {
        for kind in all() {
            let entry: EntrySpec = kind.example.parse().expect(kind.example);
            assert_eq!(entry.fault().type_name(), kind.name);
            assert_eq!(entry.to_string(), kind.example);
            assert_eq!(entry.to_string().parse(), Ok(entry));
        }
    }

    #[test]
    fn a_field_knows_its_values_and_its_default() {
        let latency = find("latency").expect("a fault");
        let field = |name| latency.fields.iter().find(|field| field.name == name).expect(name);
        assert_eq!((field("delay").value.as_str(), &field("delay").default), ("duration", &None));
        assert_eq!(field("distribution").value, "uniform, normal, pareto");
        assert_eq!(field("end").default, Some(Value::Bool(true)));
    }
}
