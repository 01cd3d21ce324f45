//! Why a kind of messages cannot be read.

use crate::length::LayoutError;

/// Why a protocol or a kind of its messages cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// There is no such protocol.
    #[error("unknown protocol \"{name}\": it must be one of {known}{}", question(known, name))]
    UnknownProtocol {
        /// What was written.
        name: String,
        /// The protocols there are.
        known: String,
    },
    /// The protocol has no parameters.
    #[error("{protocol} has no parameters: \"{parameters}\" must not be there")]
    NoParameters {
        /// The protocol.
        protocol: &'static str,
        /// What was written.
        parameters: String,
    },
    /// The place of the length cannot be read.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The protocol has no messages of this kind, in either direction.
    #[error(
        "{protocol} has no messages \"{name}\": they are {known}{others}{}",
        question(known, name)
    )]
    UnknownKind {
        /// The protocol.
        protocol: &'static str,
        /// What was written.
        name: String,
        /// The kinds there are.
        known: String,
        /// What other names there are: `; or a request by its method, such as GET`.
        others: String,
    },
    /// No message has such a name.
    #[error("\"{name}\" names no messages: it must be 1 to 31 visible letters of ASCII")]
    BadName {
        /// What was written.
        name: String,
    },
}

/// So alike are two names of which one was probably meant by the other, from 0 to 1.
const ALIKE: f64 = 0.75;

/// The end of a message about a name: `; did you mean "Query"?`, or nothing.
fn question(known: &str, written: &str) -> String {
    let written = written.to_ascii_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&written, &name.to_ascii_lowercase());
    let likenesses = known.split(", ").map(|name| (likeness(name), name));
    likenesses
        .filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map_or_else(String::new, |(_, name)| format!("; did you mean \"{name}\"?"))
}
