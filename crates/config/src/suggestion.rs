//! What was probably meant.

use std::fmt;

use chaosgate::SpecError;
use chaosgate::catalogue::{self, FieldInfo};

/// A known name that is like one that was written. It is shown as `did you mean "delay"?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The name that was probably meant.
    pub meant: String,
}

impl Suggestion {
    /// What was probably meant by `written`, of which an error of a fault speaks: the name of a type or
    /// of a field, or a value of which there are few. `None` if it is not like any.
    pub fn of(error: &SpecError, written: &str) -> Option<Self> {
        match error {
            SpecError::UnknownFault { .. } => {
                Suggestion::among(catalogue::all().iter().map(|kind| kind.name), written)
            }
            SpecError::UnknownField { fault, .. } => {
                Suggestion::among(fields(fault)?.map(|field| field.name.as_str()), written)
            }
            SpecError::BadValue { fault, field, .. } => {
                let about = fields(fault)?.find(|about| about.name == *field)?;
                Suggestion::among(about.kind.choices(), written)
            }
            _ => None,
        }
    }

    /// The one of the known names that `written` is most like, if it is like one.
    pub(crate) fn among<'a>(
        known: impl IntoIterator<Item = &'a str>,
        written: &str,
    ) -> Option<Self> {
        const ALIKE: f64 = 0.75;
        known
            .into_iter()
            .map(|name| (strsim::jaro_winkler(written, name), name))
            .filter(|(likeness, _)| *likeness > ALIKE)
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, name)| Suggestion { meant: name.to_owned() })
    }
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "did you mean \"{}\"?", self.meant)
    }
}

/// What may be given of a fault: its own fields, and those that every fault takes.
fn fields(fault: &str) -> Option<impl Iterator<Item = &'static FieldInfo>> {
    Some(catalogue::find(fault)?.fields.iter().chain(&catalogue::entry().fields))
}
