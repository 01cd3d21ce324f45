//! What stands in a path or in a query.

use std::time::Duration;

use chaosgate::units::duration;
use chaosgate::{Direction, How};
use schemars::{Schema, SchemaGenerator};

use crate::content::{SchemaOf, schema_of};

/// The longest that one call waits: who wants to wait longer asks again.
pub const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What the query of a call may say. All of it is optional.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// How many there are to be before the call is answered.
    AtLeast,
    /// How long the call waits for that.
    Wait,
    /// How connections are closed.
    How,
    /// The number of the last event that is known.
    Since,
}

impl Parameter {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Parameter::AtLeast => "at_least",
            Parameter::Wait => "wait",
            Parameter::How => "how",
            Parameter::Since => "since",
        }
    }

    pub(crate) fn docs(self) -> &'static str {
        match self {
            Parameter::AtLeast => "How many there are to be before the call is answered.",
            Parameter::Wait => {
                "How long it waits for that, 0s to 5s, as in `2s`; the default is 0s. When it is over, \
                 the answer has what there is: ask again."
            }
            Parameter::How => "What both sides see, `fin` by default.",
            Parameter::Since => {
                "The number of the last event that is known. The default is 0, and for a stream its \
                 `Last-Event-ID`."
            }
        }
    }

    pub(crate) fn schema(self) -> SchemaOf {
        match self {
            Parameter::AtLeast | Parameter::Since => schema_of::<u64>,
            Parameter::Wait => wait_schema,
            Parameter::How => schema_of::<How>,
        }
    }
}

/// A duration, but no longer than one call waits.
fn wait_schema(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = duration::schema(generator);
    schema.insert("description".to_owned(), "A duration, from 0s to 5s.".into());
    if let Some(kind) = schema.get_mut("x-kind") {
        kind["most"] = duration::display(LONGEST_WAIT).to_string().into();
    }
    schema
}

/// What a part of a path in braces stands for, and its schema.
pub(crate) fn in_path(name: &str) -> (&'static str, SchemaOf) {
    match name {
        "direction" => ("The direction of the traffic.", schema_of::<Direction>),
        "fault" => ("The name of a fault in the direction's list.", schema_of::<String>),
        "number" => ("The number of a connection.", schema_of::<u64>),
        _ => ("The name of a gate.", schema_of::<String>),
    }
}
