//! A fault in a document: an object with a `type`, and its fields beside that.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::SpecError;
use crate::field_info::FieldInfo;

/// The object that a document has for a fault.
pub(crate) fn object<'de, D: Deserializer<'de>>(
    document: D,
) -> Result<Map<String, Value>, D::Error> {
    match Value::deserialize(document)? {
        Value::Object(object) => Ok(object),
        other => Err(D::Error::custom(SpecError::Syntax {
            text: other.to_string(),
            reason: "it must be an object with a \"type\"".to_owned(),
        })),
    }
}

/// The type that an object gives.
pub(crate) fn type_of(object: &Map<String, Value>) -> Result<String, SpecError> {
    let reason = match object.get("type") {
        Some(Value::String(name)) => return Ok(name.clone()),
        Some(other) => format!("its \"type\" is {other} and not a text"),
        None => "it has no \"type\"".to_owned(),
    };
    Err(SpecError::Syntax { text: Value::Object(object.clone()).to_string(), reason })
}

/// Reads fields of a fault of the type `fault`.
pub(crate) fn read<T: DeserializeOwned>(
    fault: &str,
    fields: Map<String, Value>,
) -> Result<T, SpecError> {
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| SpecError::BadValue {
        fault: fault.to_owned(),
        field: error.path().to_string(),
        reason: error.inner().to_string(),
    })
}

/// What [`read`] reads, without those of the `known` fields that have their default.
pub(crate) fn written<T: Serialize>(fields: &T, known: &[FieldInfo]) -> Map<String, Value> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(fields) else {
        return Map::new();
    };
    fields.retain(|name, value| !known.iter().any(|field| field.is_default(name, value)));
    fields
}
