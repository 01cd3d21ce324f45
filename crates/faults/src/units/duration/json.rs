//! A duration in JSON, as its text.

use std::time::Duration;

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
use serde_json::Value;

use super::{EXAMPLE, MAX, display, read};
use crate::units::KIND;

/// Writes a duration as its text.
///
/// # Errors
///
/// When the serializer fails.
pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&display(*duration))
}

/// Reads a duration from its text.
///
/// # Errors
///
/// When [`parse`](super::parse) refuses the text, or it is no text.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// The JSON schema of a duration.
pub fn schema(_: &mut SchemaGenerator) -> Schema {
    let [least, most] = [Duration::ZERO, MAX].map(|bound| display(bound).to_string());
    json_schema!({
        "description": format!("A duration, from {least} to {most}."),
        "type": "string",
        "pattern": r"^(0|([0-9]+(\.[0-9]+)? *(ns|us|µs|ms|s|sec|m|min|h|d) *)+)$",
        "examples": [EXAMPLE, "1.5s"],
        (KIND): { "type": "duration", "least": least, "most": most },
    })
}

/// The same for an `Option<Duration>`, whose `None` is `null`; with `serde(default)`, also absent.
pub mod option {
    use serde_json::json;

    use super::{
        Deserialize, Deserializer, Duration, Schema, SchemaGenerator, Serializer, Value, read,
    };

    /// Writes a duration as its text.
    ///
    /// # Errors
    ///
    /// When the serializer fails.
    pub fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => super::serialize(duration, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a duration from its text, and `null` as `None`.
    ///
    /// # Errors
    ///
    /// When [`parse`](super::super::parse) refuses the text, or it is neither text nor `null`.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let written = Option::<Value>::deserialize(deserializer)?;
        let duration = written.as_ref().map(read).transpose();
        duration.map_err(serde::de::Error::custom)
    }

    /// The JSON schema of a duration or `null`.
    pub fn schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = super::schema(generator);
        schema.insert("type".into(), json!(["string", "null"]));
        schema
    }
}
