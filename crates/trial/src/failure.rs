//! Why a question failed, in words that are the same for all clients.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::iter;
use std::sync::Arc;

use crate::outcome::Outcome;

/// Why a question to a service failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Who asked has given up.
    #[error("timed out")]
    TimedOut,
    /// Nobody listens.
    #[error("connection refused")]
    Refused,
    /// The connection was reset.
    #[error("connection reset")]
    Reset,
    /// The connection ended before the answer did.
    #[error("connection closed")]
    Closed,
    /// An answer came, and it was the wrong one.
    #[error("wrong answer: {0}")]
    Wrong(String),
    /// What the client said, where that is nothing of the above.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// What an `error` of a client library means; `is_end` says whether the library means by it that
    /// the connection ended, where it has no cause of its own.
    pub fn of(error: &(dyn Error + 'static), is_end: bool) -> Self {
        match causes(error).find_map(io_kind) {
            Some(ErrorKind::ConnectionRefused) => Failure::Refused,
            Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) => Failure::Reset,
            Some(ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof) => Failure::Closed,
            Some(ErrorKind::TimedOut) => Failure::TimedOut,
            None if is_end => Failure::Closed,
            _ => Failure::Other(words(error)),
        }
    }

    /// Compares an answer with the right one.
    ///
    /// # Errors
    ///
    /// [`Failure::Wrong`] says where they differ.
    pub fn unless_same(answer: impl AsRef<[u8]>, right: impl AsRef<[u8]>) -> Result<(), Self> {
        let (answer, right) = (answer.as_ref(), right.as_ref());
        if answer == right {
            return Ok(());
        }
        let same = answer.iter().zip(right).take_while(|(a, b)| a == b).count();
        let lengths = format!("{} bytes instead of {}", answer.len(), right.len());
        Err(Failure::Wrong(format!("{lengths}, of which the first {same} are right")))
    }

    /// What is known of the question: of one that ended without an answer, nothing.
    pub fn outcome(&self) -> Outcome {
        match self {
            Failure::Refused | Failure::Wrong(_) => Outcome::Failed,
            Failure::TimedOut | Failure::Reset | Failure::Closed | Failure::Other(_) => {
                Outcome::Indeterminate
            }
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::of(&error, false)
    }
}

/// An error, what caused it, and so on.
pub fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| error.source())
}

/// What an error and its causes say: of each the first line, unless the one before said the same.
fn words(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<_> = causes(error).map(ToString::to_string).collect();
    for said in &mut said {
        said.truncate(said.find('\n').unwrap_or(said.len()));
    }
    said.dedup();
    said.join(": ")
}

/// The kind of an error of the system, also of one that is shared.
fn io_kind(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    let shared = error.downcast_ref::<Arc<dyn Error + Send + Sync>>();
    let error = shared.map_or(error, |shared| &**shared);
    error.downcast_ref::<io::Error>().map(io::Error::kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_refused_or_answered_wrongly_is_known_to_have_failed() {
        let of = |kind: ErrorKind| Failure::from(io::Error::from(kind)).outcome();
        assert_eq!(of(ErrorKind::ConnectionRefused), Outcome::Failed);
        assert_eq!(Failure::Wrong("no".to_owned()).outcome(), Outcome::Failed);
        for kind in [ErrorKind::ConnectionReset, ErrorKind::UnexpectedEof, ErrorKind::Other] {
            assert_eq!(of(kind), Outcome::Indeterminate, "{kind}");
        }
    }

    #[test]
    fn a_wrong_answer_says_how_far_it_was_right() {
        let wrong = Failure::unless_same("abcd", "abXd").expect_err("they differ");
        let said = "wrong answer: 4 bytes instead of 4, of which the first 2 are right";
        assert_eq!(wrong.to_string(), said);
    }
}
