//! A fault that is code.

use std::fmt;

use serde::Serializer;
use serde::ser::Error as _;

use crate::kinds::{Away, Custom, Lent};
use crate::{Fault, Meeting};

/// A fault that is code: it is equal only to itself, is printed with its name, and has no form in
/// any document.
#[derive(Debug, Clone, PartialEq)]
pub enum Code {
    /// A fault of the user's own.
    Custom(Custom),
    /// The direction is lent to somebody outside.
    Lent(Lent),
}

impl Code {
    /// Its name, which is also the default for its entry.
    pub fn name(&self) -> &str {
        match self {
            Code::Custom(custom) => custom.name(),
            Code::Lent(lent) => lent.name(),
        }
    }

    pub(crate) fn suits(&self) -> Result<(), &'static str> {
        match self {
            Code::Custom(_) => Ok(()),
            Code::Lent(_) => Lent::suits(),
        }
    }

    /// Whether a connection on which nothing comes may show that it was there: of a user's code
    /// nobody knows, and a borrower is told when something comes.
    pub(crate) fn acts_unseen(&self) -> bool {
        matches!(self, Code::Custom(_))
    }

    pub(crate) fn start(&self, meeting: &Meeting) -> Box<dyn Fault> {
        match self {
            Code::Custom(custom) => custom.start(meeting),
            Code::Lent(_) => Box::new(Away),
        }
    }

    pub(crate) fn refuse_to_serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom(format!("{self} is code, and has no form in a document")))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Code::Custom(custom) => write!(f, "custom({})", custom.name()),
            Code::Lent(lent) => lent.fmt(f),
        }
    }
}

impl From<Custom> for Code {
    fn from(custom: Custom) -> Self {
        Code::Custom(custom)
    }
}

impl From<Lent> for Code {
    fn from(lent: Lent) -> Self {
        Code::Lent(lent)
    }
}
