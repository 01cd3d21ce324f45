//! Why a fault cannot be read.

use crate::suggestion::question;

/// Why a fault cannot be read. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// There is no such type of fault.
    #[error("unknown fault \"{name}\": it must be one of {known}{}", question(known.split(", "), name))]
    UnknownFault {
        /// What was written.
        name: String,
        /// The types there are.
        known: String,
    },
    /// The fault has no such field.
    #[error("{fault} has no field \"{field}\": its fields are {known}{}", question(known.split(", "), field))]
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
    pub(crate) fn unknown_fault<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let known: Vec<_> = known.collect();
        SpecError::UnknownFault { name: name.to_owned(), known: known.join(", ") }
    }
}
