//! What programs are told of a reason, beside its words.

use chaosgate::SpecError;
use chaosgate_faults::suggestion;

use crate::reason::Reason;

impl Reason {
    /// What kind of mistake it is: a word that stays, whatever the message says.
    pub fn kind(&self) -> &'static str {
        match self {
            Reason::Syntax(_) => "syntax",
            Reason::TooLong { .. } => "too_long",
            Reason::TooDeep { .. } => "too_deep",
            Reason::GivenTwice { .. } => "given_twice",
            Reason::UnknownField { .. } | Reason::Fault(SpecError::UnknownField { .. }) => {
                "unknown_field"
            }
            Reason::MissingField { .. } | Reason::Fault(SpecError::MissingField { .. }) => {
                "missing_field"
            }
            Reason::Fault(SpecError::UnknownFault { .. }) => "unknown_fault",
            Reason::Unsuitable { .. } | Reason::Accepting(_) | Reason::List(_) => "unsuitable",
            _ => "wrong_value",
        }
    }

    /// What would be right: the bounds of a value, or all names that there are.
    pub fn bound(&self) -> Option<String> {
        match self {
            Reason::TooLong { most } => Some(format!("at most {most} bytes")),
            Reason::TooDeep { most } => Some(format!("at most {most}")),
            Reason::Wrong { must, .. } => Some(must.clone()),
            Reason::Field { kind, .. } => {
                kind.bounds().or_else(|| Some(format!("one of {}", kind.choices().join(", "))))
            }
            _ => self.known().map(|(known, _)| format!("one of {}", known.join(", "))),
        }
    }

    /// What was probably meant.
    pub fn suggestion(&self) -> Option<String> {
        let (known, written) = self.known()?;
        suggestion::meant(known, written).map(str::to_owned)
    }

    /// The names that there are, and the one that was written.
    fn known(&self) -> Option<(Vec<&str>, &str)> {
        match self {
            Reason::UnknownField { known, field, .. }
            | Reason::Fault(
                SpecError::UnknownField { known, field, .. }
                | SpecError::UnknownFault { known, name: field },
            ) => Some((known.split(", ").collect(), field)),
            Reason::UnknownValue { known, value } => {
                Some((known.iter().map(String::as_str).collect(), value.trim_matches('"')))
            }
            _ => None,
        }
    }
}
