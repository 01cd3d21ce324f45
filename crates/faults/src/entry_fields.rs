//! What an entry has beside its fault.

use std::sync::LazyLock;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value};

use crate::field_info::{FieldInfo, docs_of};
use crate::units::{KIND, Ratio, duration};
use crate::{SpecError, When, document};

/// What every fault takes beside its own fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct EntryFields {
    /// Names it in events, and where it is changed; the only such name in its direction. The
    /// default is its type, with a number if that is taken.
    #[serde(deserialize_with = "read_name")]
    #[schemars(schema_with = "name_schema")]
    pub(crate) name: Option<String>,
    /// The part of the connections that it acts on. Each connection's coin is tossed once.
    pub(crate) probability: Ratio,
    /// It ends by itself, so long after it was set. The default is to stay until it is removed.
    #[serde(rename = "for", with = "duration::option")]
    #[schemars(schema_with = "duration::option::schema")]
    pub(crate) lasts: Option<Duration>,
    /// In documents its fields stand beside these.
    #[serde(skip)]
    pub(crate) when: When,
}

/// What there is to know of what an entry has beside its fault.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryInfo {
    /// What the fields are.
    pub docs: String,
    /// The fields, in their order.
    pub fields: Vec<FieldInfo>,
    /// One entry with all of them, in the notation of the command line.
    pub example: &'static str,
}

impl EntryFields {
    const EXAMPLE: &'static str = "latency:delay=1s,name=slow,probability=5%,for=30s,connections=2..5,client=10.0.0.0/8,\
                                 start_after=500ms,after_bytes=1kB,on=COMMIT,on_other=BEGIN,nth=2,span=match,times=3,\
                                 match_size=1kB,match_wait=50ms";

    pub(crate) fn info() -> &'static EntryInfo {
        static INFO: LazyLock<EntryInfo> = LazyLock::new(|| {
            let schema = schema_for!(EntryFields);
            let (docs, mut fields) = (docs_of(schema.as_value()), FieldInfo::all_of(&schema));
            fields.extend(FieldInfo::all_of(&schema_for!(When)));
            EntryInfo { docs, fields, example: EntryFields::EXAMPLE }
        });
        &INFO
    }

    /// Takes them out of the object that a document has for a fault of the type `fault`; `null` is
    /// as good as absent.
    pub(crate) fn take(object: &mut Map<String, Value>, fault: &str) -> Result<Self, SpecError> {
        let given = EntryFields::info().fields.iter().filter_map(|field| {
            let value = object.shift_remove(&field.name).filter(|value| !value.is_null())?;
            Some((field.name.clone(), value))
        });
        let given: Map<_, _> = given.collect();
        // Each takes what is its own.
        let fields: Self = document::read(fault, given.clone())?;
        let when: When = document::read(fault, given)?;
        when.check(fields.lasts).map_err(|refused| SpecError::BadValue {
            fault: fault.to_owned(),
            field: refused.field.to_owned(),
            reason: refused.reason,
        })?;
        Ok(EntryFields { when, ..fields })
    }

    /// Those that have not their default, as a document has them.
    pub(crate) fn written(&self) -> Map<String, Value> {
        let known = &EntryFields::info().fields;
        let mut written = document::written(self, known);
        written.extend(document::written(&self.when, known));
        written
    }
}

impl Default for EntryFields {
    /// Acts on every connection until it is removed.
    fn default() -> Self {
        EntryFields { name: None, probability: Ratio::ONE, lasts: None, when: When::default() }
    }
}

const LONGEST_NAME: usize = 200;

fn read_name<'de, D: Deserializer<'de>>(document: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(document)? {
        Value::String(name) if (1..=LONGEST_NAME).contains(&name.chars().count()) => Ok(Some(name)),
        other => Err(D::Error::custom(format!(
            "{other} is no name: it must be a text of 1 to {LONGEST_NAME} characters"
        ))),
    }
}

fn name_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "null"],
        "minLength": 1,
        "maxLength": LONGEST_NAME,
        (KIND): { "type": "text", "least": 1, "most": LONGEST_NAME },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::EntrySpec;

    /// What is written of an entry that was read from this object.
    fn again(document: Value) -> Value {
        let entry: EntrySpec = serde_json::from_value(document).expect("an entry");
        serde_json::to_value(entry).expect("data")
    }

    #[test]
    fn what_has_its_default_is_not_written() {
        let written = json!({"type": "stall", "name": null, "probability": 1.0, "for": null});
        assert_eq!(again(written), json!({"type": "stall"}));
        assert_eq!(again(json!({"type": "stall", "probability": null})), json!({"type": "stall"}));
    }

    #[test]
    fn what_was_given_is_written_before_the_fault() {
        let given = json!({"type": "stall", "for": "90s", "probability": "0%", "name": "a"});
        let written = r#"{"name":"a","probability":0,"for":"90s","type":"stall"}"#;
        assert_eq!(again(given).to_string(), written);
    }

    #[test]
    fn the_first_that_is_wrong_is_named_before_what_is_wrong_with_the_fault() {
        let given = json!({"type": "latancy", "for": 5, "probability": 7});
        let refused = serde_json::from_value::<EntrySpec>(given).expect_err("refused").to_string();
        assert!(refused.starts_with("latancy: probability: 7 is no ratio"), "{refused}");
    }
}
