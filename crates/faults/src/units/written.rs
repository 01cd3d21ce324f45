//! What every type with a unit has in common, given its `read` of a JSON value.
//!
//! Going through [`serde_json::Value`] rather than a visitor lets a value of any JSON type, such as
//! `true`, be refused by the very [`UnitError`].

use std::fmt::Display;

use serde_json::Value;

use super::UnitError;

/// The keyword under which the schema of a value says of what kind it is, as
/// [`ValueKind`](crate::catalogue::ValueKind) is written in JSON.
pub(crate) const KIND: &str = "x-kind";

/// What a value must be, for whoever wrote another one.
pub(super) fn between(least: impl Display, most: impl Display, example: &str) -> String {
    format!("between {least} and {most}, such as \"{example}\"")
}

/// Refuses a number, in JSON or in a text, for having no unit, and all else for what it is.
pub(super) fn refuse(
    written: &Value,
    without_unit: fn(String) -> UnitError,
    otherwise: fn(String) -> UnitError,
) -> UnitError {
    let is_number_text = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
    if written.is_number() || written.as_str().is_some_and(is_number_text) {
        without_unit(written.to_string())
    } else {
        otherwise(written.to_string())
    }
}

/// Reads a type from a text and from JSON, and describes the JSON by a schema.
macro_rules! read_from_text_and_json {
    ($type:ident, $schema:tt) => {
        impl std::str::FromStr for $type {
            type Err = crate::units::UnitError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::read(&serde_json::Value::from(text))
            }
        }

        impl TryFrom<&str> for $type {
            type Error = crate::units::UnitError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let written = serde_json::Value::deserialize(deserializer)?;
                Self::read(&written).map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

/// Makes a type of plain numbers, by what makes it of the digits of one.
macro_rules! made_of_numbers {
    ($type:ident, $of_digits:expr, $($number:ty),+) => {$(
        impl TryFrom<$number> for $type {
            type Error = crate::units::UnitError;

            fn try_from(number: $number) -> Result<Self, Self::Error> {
                let digits = number.to_string();
                $of_digits(&digits).ok_or(crate::units::UnitError::$type(digits))
            }
        }
    )+};
}

/// Shows and serializes a type as its `text`.
macro_rules! write_as_text {
    ($type:ident) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.text())
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}
