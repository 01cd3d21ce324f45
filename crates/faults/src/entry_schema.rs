//! The JSON schema of an entry: one of the types of faults, with its fields and those of every entry.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::entry_fields::EntryFields;
use crate::{EntrySpec, When, spec};

impl JsonSchema for EntrySpec {
    fn schema_name() -> Cow<'static, str> {
        "Fault".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let beside = [EntryFields::json_schema(generator), When::json_schema(generator)];
        let kinds = spec::schemas(generator).into_iter();
        let kinds: Vec<_> = kinds.map(|(name, schema)| entry(name, schema, &beside)).collect();
        json_schema!({
            "description": "A fault in a direction's list.",
            "type": "object",
            "required": ["type"],
            "oneOf": kinds,
        })
    }
}

/// The schema of an entry whose fault is of the type `name` and has `schema`.
fn entry(name: &str, mut schema: Schema, beside: &[Schema]) -> Schema {
    let mut properties = Map::from_iter([("type".to_owned(), json!({ "const": name }))]);
    for own in std::iter::once(&schema).chain(beside) {
        let fields = own.get("properties").and_then(Value::as_object);
        properties.extend(fields.cloned().unwrap_or_default());
    }
    let mut required = vec![json!("type")];
    required.extend(schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
    schema.insert("title".to_owned(), name.into());
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("required".to_owned(), required.into());
    schema
}

#[cfg(test)]
mod tests {
    use schemars::schema_for;

    use super::*;
    use crate::catalogue;

    #[test]
    fn it_has_every_field_of_every_fault_and_says_which_must_be_given() {
        let schema = schema_for!(EntrySpec).to_value();
        let kinds = schema["oneOf"].as_array().expect("a schema for each fault");
        assert_eq!(kinds.len(), catalogue::all().len());
        for (schema, kind) in kinds.iter().zip(catalogue::all()) {
            let names = |of: &Value| of.as_object().expect("fields").keys().cloned().collect();
            let fields: Vec<String> = names(&schema["properties"]);
            let known = kind.fields.iter().chain(&catalogue::entry().fields);
            let known = known.map(|field| field.name.as_str());
            assert_eq!(fields, ["type"].into_iter().chain(known).collect::<Vec<_>>());
            let needed = kind.fields.iter().filter(|field| field.default.is_none());
            let needed = ["type"].into_iter().chain(needed.map(|field| field.name.as_str()));
            assert_eq!(schema["required"], needed.collect::<Value>());
            assert_eq!(schema["properties"]["type"]["const"], kind.name);
            assert_eq!(schema["additionalProperties"], false, "{}", kind.name);
        }
    }
}
