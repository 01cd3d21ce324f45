//! What can be wrong at a place of a document.

use chaosgate::catalogue::ValueKind;
use chaosgate::{AcceptingError, ListError, SpecError, StartError};
use chaosgate_faults::suggestion::question;
use serde_json::Value;

use crate::protocol::Protocol;

/// What is wrong at a place of a document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The text is not TOML, YAML or JSON, or something in it that is not read.
    #[error("{0}")]
    Syntax(String),
    /// The text is too long.
    #[error("the document is too long: it must have at most {most} bytes")]
    TooLong {
        /// The most bytes that it may have.
        most: usize,
    },
    /// Too many lists and objects stand within each other.
    #[error("this stands too deep: at most {most} lists and objects may stand within each other")]
    TooDeep {
        /// How many may.
        most: usize,
    },
    /// An object has a key twice.
    #[error("\"{key}\" is given twice: a key must be the only such in its object")]
    GivenTwice {
        /// The key.
        key: String,
    },
    /// There is no such field.
    #[error("{owner} has no field \"{field}\": its fields are {known}{}", question(known.split(", "), field))]
    UnknownField {
        /// What should have the field.
        owner: &'static str,
        /// What was written.
        field: String,
        /// The fields there are.
        known: String,
    },
    /// A field is missing that must be given.
    #[error("{owner} needs the field \"{field}\", as in {example}")]
    MissingField {
        /// What needs the field.
        owner: &'static str,
        /// The field.
        field: &'static str,
        /// The field with a value, in JSON.
        example: &'static str,
    },
    /// A value is of the wrong type, or out of bounds.
    #[error("{value} is wrong: it must be {must}")]
    Wrong {
        /// What was written, or what it is.
        value: String,
        /// What it must be.
        must: String,
    },
    /// A value is none of the few that can be.
    #[error("{value} is unknown: it must be one of {}{}", known.join(", "), question(known.iter().map(String::as_str), value.trim_matches('"')))]
    UnknownValue {
        /// What was written.
        value: String,
        /// The values there are.
        known: Vec<String>,
    },
    /// A value with a unit is wrong, as its type says.
    #[error("{0}")]
    Value(String),
    /// The value of a field of a fault is wrong, as its type says.
    #[error("{says}")]
    Field {
        /// What its type says.
        says: String,
        /// What it should be.
        kind: ValueKind,
    },
    /// A field has no meaning with the gate's protocol.
    #[error("a gate with protocol = {protocol} has no field \"{field}\": it is for {only} alone")]
    Unsuitable {
        /// The field.
        field: &'static str,
        /// The protocol of the gate.
        protocol: Protocol,
        /// The protocol that it is for.
        only: Protocol,
    },
    /// No gate could be started so.
    #[error(transparent)]
    Start(#[from] StartError),
    /// No gate of this protocol takes clients in this way.
    #[error(transparent)]
    Accepting(#[from] AcceptingError),
    /// This is no fault.
    #[error(transparent)]
    Fault(#[from] SpecError),
    /// The fault cannot be in this list.
    #[error(transparent)]
    List(#[from] ListError),
}

/// Texts of so many bytes are shown as they are: another kind of file may be one long text.
const LONGEST_SHOWN: usize = 200;

impl Reason {
    /// That a value must be something else.
    pub(crate) fn wrong(value: &Value, must: impl Into<String>) -> Self {
        Reason::Wrong { value: shown(value), must: must.into() }
    }

    /// That a value must be one of a few.
    pub(crate) fn unknown(value: &Value, known: Vec<String>) -> Self {
        Reason::UnknownValue { value: shown(value), known }
    }
}

/// A value as it is written in JSON, or what it is if that is long.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.len() > LONGEST_SHOWN => {
            format!("a text of {} bytes", text.len())
        }
        scalar => scalar.to_string(),
    }
}
