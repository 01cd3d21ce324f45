//! Why a call has failed.

use chaosgate_api::{Mistake, Problem};

/// Why a call has failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// This is not where a daemon can be.
    #[error(
        "{url:?} is no URL of a daemon: {reason}; it must be HOST:PORT, http://HOST:PORT or unix:PATH"
    )]
    Url {
        /// What was given.
        url: String,
        /// Why it is none.
        reason: String,
    },
    /// The token cannot stand in the head of a call.
    #[error("the token cannot be sent: it must have visible characters of ASCII alone")]
    Token,
    /// What is to be sent cannot be written.
    #[error("this cannot be sent: {0}")]
    Body(String),
    /// Nobody answers there.
    #[error("no daemon can be reached at {url}: {reason}; `chaosgate serve` starts one")]
    Unreachable {
        /// Where it was looked for.
        url: String,
        /// Why it cannot be reached.
        reason: String,
    },
    /// The daemon has refused the call, and nothing has changed.
    #[error("{}", said(.0))]
    Refused(Box<Problem>),
    /// What answers is not what a daemon of this version answers.
    #[error(
        "the answer of {url} with status {status} is not understood: {reason}; it must be a chaosgate of \
         version {}", env!("CARGO_PKG_VERSION")
    )]
    NotUnderstood {
        /// Who answers.
        url: String,
        /// The status of the answer.
        status: u16,
        /// What is wrong with it.
        reason: String,
    },
}

/// All that is wrong, a line each.
fn said(problem: &Problem) -> String {
    if problem.mistakes.is_empty() {
        return problem.detail.clone();
    }
    let line = |mistake: &Mistake| match mistake.field.as_str() {
        "" => mistake.detail.clone(),
        field => format!("{field}: {}", mistake.detail),
    };
    problem.mistakes.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Error {
    /// Whether the call was refused for this [kind](Problem::kind) of reason, such as `not_found`.
    pub fn is_refused_as(&self, kind: &str) -> bool {
        matches!(self, Error::Refused(problem) if problem.kind == kind)
    }
}
