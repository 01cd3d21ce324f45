//! What there is to know of a field, read off the schema of the type that has it.

use schemars::Schema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::units::KIND;
use crate::value_kind::ValueKind;

/// A field of a type of fault, or one that every fault takes.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldInfo {
    /// Its name.
    pub name: String,
    /// What it says, with its unit.
    pub docs: String,
    /// What kind of value it takes.
    pub kind: ValueKind,
    /// The value it has when it is left out, `null` for none; `None` if it must be given.
    pub default: Option<Value>,
}

impl FieldInfo {
    /// The fields of the type that has this schema, in its order.
    pub(crate) fn all_of(schema: &Schema) -> Vec<Self> {
        let nothing = Map::new();
        let object = |key| schema.get(key).and_then(Value::as_object).unwrap_or(&nothing);
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |field| required.is_some_and(|all| all.iter().any(|required| required == field));
        let fields = object("properties").iter().filter_map(|(field, about)| {
            let default = || about.get("default").cloned().unwrap_or(Value::Null);
            Some(FieldInfo {
                name: field.clone(),
                docs: docs_of(about),
                kind: kind_of(about, object("$defs"))?,
                default: (!is_required(field)).then(default),
            })
        });
        fields.collect()
    }

    pub(crate) fn is_default(&self, field: &str, value: &Value) -> bool {
        self.name == field && self.default.as_ref() == Some(value)
    }
}

/// The doc comment of what a schema describes.
pub(crate) fn docs_of(about: &Value) -> String {
    about.get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The kind that a schema describes, where `definitions` are those it may refer to; `None` for a
/// type that no field has yet.
fn kind_of(schema: &Value, definitions: &Map<String, Value>) -> Option<ValueKind> {
    let (name, schema) = match reference(schema) {
        Some(name) => (name, definitions.get(name)?),
        None => ("", schema),
    };
    if let Some(kind) = schema.get(KIND) {
        return ValueKind::deserialize(kind).ok();
    }
    if schema.get("type").is_some_and(|name| name == "boolean") {
        return Some(ValueKind::Bool);
    }
    let names = names(schema);
    (!names.is_empty()).then(|| ValueKind::OneOf { name: name.to_owned(), names })
}

/// The definition that a schema refers to, also where the value may be left out.
fn reference(schema: &Value) -> Option<&str> {
    let any_of = schema.get("anyOf").and_then(Value::as_array).and_then(|of| of.first());
    any_of.unwrap_or(schema).get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

/// The values of an enum, whose variants may each have their own docs.
fn names(schema: &Value) -> Vec<String> {
    let array = |schema: &Value, key: &str| {
        schema.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let documented = array(schema, "oneOf").into_iter().flat_map(|variant| {
        let alone = variant.get("const").cloned();
        array(&variant, "enum").into_iter().chain(alone)
    });
    let all = array(schema, "enum").into_iter().chain(documented);
    all.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, schema_for};

    use super::*;
    use crate::units::{ByteRate, ByteSize, Count, NonZeroByteSize, Ratio};

    /// The kind of a value of this type.
    fn of<T: JsonSchema>() -> Option<ValueKind> {
        kind_of(schema_for!(T).as_value(), &Map::new())
    }

    #[test]
    fn the_bounds_of_a_kind_are_those_of_the_type() {
        for (kind, name, bounds) in [
            (of::<ByteSize>(), "byte size", "0 to 2^64 - 1 whole bytes"),
            (of::<NonZeroByteSize>(), "byte size", "1 to 2^64 - 1 whole bytes"),
            (of::<ByteRate>(), "byte rate", "0.001B/s to 1TB/s"),
            (of::<Ratio>(), "ratio", "0 to 1"),
            (of::<Count>(), "count", "1 to 1000"),
        ] {
            let kind = kind.expect(name);
            assert_eq!((kind.to_string().as_str(), kind.bounds().as_deref()), (name, Some(bounds)));
        }
    }

    #[test]
    fn an_enum_is_one_of_its_names_whether_they_have_docs_or_not() {
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its schema is looked at")]
        enum Documented {
            /// With docs.
            One,
            /// With others.
            Two,
        }
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its schema is looked at")]
        enum Plain {
            One,
            Two,
        }
        for kind in [of::<Documented>(), of::<Plain>()] {
            assert_eq!(kind.expect("a kind").choices(), ["One", "Two"]);
        }
    }

    #[test]
    fn a_type_that_says_nothing_of_a_kind_has_none() {
        assert_eq!([of::<u64>(), of::<Vec<String>>()], [None, None]);
    }
}
