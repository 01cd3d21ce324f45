//! The one list of faults: what users write.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalogue::{self, KindInfo};
use crate::kinds::{
    Bandwidth, Blackhole, CloseOnData, Custom, Drop, Latency, Lifetime, LimitBytes, Pass, Reset,
    Slice, SlowClose, Stall,
};
use crate::{EntrySpec, Fault, Meeting};

/// What every kind of fault has: a name, an example, and a way to start.
pub(crate) trait Kind {
    /// One entry in the notation of the command line.
    const EXAMPLE: &'static str;

    /// The fault at work, or `None` if it has no effect.
    fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>>;
}

/// A line for each fault makes the enum, its names, and the ways in and out.
macro_rules! faults {
    ($($name:literal => $kind:ident,)*) => {
        /// A fault as data: comparable, printable, and the same in every interface.
        ///
        /// [`Display`](fmt::Display) gives the notation of the command line, in which an
        /// [`EntrySpec`] can be read; serde gives an object with a `type`.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "type")]
        pub enum FaultSpec {
            $(
                #[doc = concat!("`", $name, "`; see [`", stringify!($kind), "`].")]
                #[serde(rename = $name)]
                $kind($kind),
            )*
            /// A fault of the user's own; see [`Custom`]. Not to be written in any document.
            #[serde(skip)]
            Custom(Custom),
        }

        impl FaultSpec {
            /// The name of its type, such as `latency`; that of a custom fault is its own.
            pub fn type_name(&self) -> &str {
                match self {
                    $(FaultSpec::$kind(_) => $name,)*
                    FaultSpec::Custom(custom) => custom.name(),
                }
            }

            /// Starts it on one direction of one connection; `None` if it has no effect.
            pub fn start(&self, meeting: &Meeting) -> Option<Box<dyn Fault>> {
                match self {
                    $(FaultSpec::$kind(kind) => kind.start(meeting),)*
                    FaultSpec::Custom(custom) => Some(custom.start(meeting)),
                }
            }

            /// Reads the fault of the type `name` from its fields.
            fn from_fields(name: &str, fields: Map<String, Value>) -> Result<Self, SpecError> {
                match name {
                    $($name => read(name, fields).map(FaultSpec::$kind),)*
                    _ => Err(SpecError::unknown_fault(name)),
                }
            }
        }

        /// What there is to know of each type of fault, in the order of the list.
        pub(crate) fn kinds() -> Vec<KindInfo> {
            vec![$(KindInfo::new($name, $kind::EXAMPLE, &schemars::schema_for!($kind)),)*]
        }

        $(
            impl From<$kind> for FaultSpec {
                fn from(kind: $kind) -> Self {
                    FaultSpec::$kind(kind)
                }
            }

            impl From<$kind> for EntrySpec {
                fn from(kind: $kind) -> Self {
                    EntrySpec::new(kind)
                }
            }
        )*
    };
}

faults! {
    "pass" => Pass,
    "stall" => Stall,
    "drop" => Drop,
    "blackhole" => Blackhole,
    "latency" => Latency,
    "bandwidth" => Bandwidth,
    "slice" => Slice,
    "close_on_data" => CloseOnData,
    "limit_bytes" => LimitBytes,
    "lifetime" => Lifetime,
    "slow_close" => SlowClose,
    "reset" => Reset,
}

/// Why a fault cannot be read. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// There is no such type of fault.
    #[error("unknown fault \"{name}\": it must be one of {known}")]
    UnknownFault {
        /// What was written.
        name: String,
        /// The types there are.
        known: String,
    },
    /// The fault has no such field.
    #[error("{fault} has no field \"{field}\": its fields are {known}")]
    UnknownField {
        /// The type of the fault.
        fault: String,
        /// What was written.
        field: String,
        /// The fields there are.
        known: String,
    },
    /// A field that has no default is missing.
    #[error("{fault} needs the field \"{field}\", as in {example}")]
    MissingField {
        /// The type of the fault.
        fault: String,
        /// The field.
        field: String,
        /// A fault of this type, in full.
        example: String,
    },
    /// A field has a value that it cannot have.
    #[error("{fault}: {field}: {reason}")]
    BadValue {
        /// The type of the fault.
        fault: String,
        /// The field.
        field: String,
        /// The value and its bounds.
        reason: String,
    },
    /// The text or the object is no fault at all.
    #[error("{text} is no fault: {reason}")]
    Syntax {
        /// What was written.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl SpecError {
    fn unknown_fault(name: &str) -> Self {
        let known: Vec<_> = catalogue::all().iter().map(|kind| kind.name).collect();
        SpecError::UnknownFault { name: name.to_owned(), known: known.join(", ") }
    }
}

impl FaultSpec {
    /// Reads a fault from an object with a `type`.
    ///
    /// # Errors
    ///
    /// [`SpecError`] names what is wrong.
    pub fn from_object(mut object: Map<String, Value>) -> Result<Self, SpecError> {
        match object.remove("type") {
            Some(Value::String(name)) => FaultSpec::from_fields(&name, object),
            other => Err(SpecError::Syntax {
                text: Value::Object(object).to_string(),
                reason: match other {
                    None => "it has no \"type\"".to_owned(),
                    Some(value) => format!("its \"type\" is {value} and not a text"),
                },
            }),
        }
    }

    /// Names the entry; see [`EntrySpec::named`].
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> EntrySpec {
        EntrySpec::new(self).named(name)
    }

    /// The fields as a document has them, without those that have their default.
    pub(crate) fn fields(&self) -> Map<String, Value> {
        let Ok(Value::Object(mut fields)) = serde_json::to_value(self) else {
            return Map::new();
        };
        // What removes by swapping would change the order of the fields.
        fields.shift_remove("type");
        if let Some(kind) = catalogue::find(self.type_name()) {
            fields.retain(|name, value| !kind.is_default(name, value));
        }
        fields
    }
}

/// Reads the fields of one kind; what the catalogue knows is checked first, for the clearer error.
fn read<T: for<'de> Deserialize<'de>>(
    fault: &str,
    fields: Map<String, Value>,
) -> Result<T, SpecError> {
    if let Some(kind) = catalogue::find(fault) {
        kind.check(&fields.keys())?;
    }
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| SpecError::BadValue {
        fault: fault.to_owned(),
        field: error.path().to_string(),
        reason: error.inner().to_string(),
    })
}

impl<'de> Deserialize<'de> for FaultSpec {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = Map::deserialize(deserializer)?;
        FaultSpec::from_object(object).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for FaultSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let FaultSpec::Custom(custom) = self {
            return write!(f, "custom({})", custom.name());
        }
        crate::notation::write(f, self.type_name(), &self.fields())
    }
}
