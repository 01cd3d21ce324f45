//! What a client saw, in words that are the same for all libraries.

use std::{
    error::Error,
    fmt,
    future::Future,
    io::{self, ErrorKind},
    iter,
    sync::Arc,
    time::{Duration, Instant},
};

/// What one operation of a client came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Whether it was answered, and rightly.
    pub outcome: Result<(), Failure>,
    /// How long it took.
    pub took: Duration,
}

/// Why an operation of a client failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The client gave up.
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
    /// What the library said, where that is nothing of the above.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// What an `error` of a library means; `is_end` knows the errors by which that library says that the connection
    /// ended, where these have no cause of their own.
    pub(crate) fn of(error: &(dyn Error + 'static), is_end: bool) -> Self {
        match causes(error).find_map(io_kind) {
            Some(ErrorKind::ConnectionRefused) => Self::Refused,
            Some(ErrorKind::ConnectionReset) => Self::Reset,
            Some(ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof) => Self::Closed,
            None if is_end => Self::Closed,
            _ => Self::Other(words(error)),
        }
    }

    /// Compares an answer with the right one.
    pub(crate) fn unless_same(
        answer: impl AsRef<[u8]>,
        right: impl AsRef<[u8]>,
    ) -> Result<(), Self> {
        let (answer, right) = (answer.as_ref(), right.as_ref());
        if answer == right {
            return Ok(());
        }
        let same = answer.iter().zip(right).take_while(|(a, b)| a == b).count();
        let lengths = format!("{} bytes instead of {}", answer.len(), right.len());
        Err(Self::Wrong(format!("{lengths}, of which the first {same} are right")))
    }
}

/// An error, what caused it, and so on.
pub(crate) fn causes<'a>(
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

/// Does `operation`, and gives up after `patience`.
pub async fn observe(
    patience: Duration,
    operation: impl Future<Output = Result<(), Failure>>,
) -> Sight {
    let begin = Instant::now();
    let outcome = tokio::time::timeout(patience, operation).await;
    Sight { outcome: outcome.unwrap_or(Err(Failure::TimedOut)), took: begin.elapsed() }
}

impl fmt::Display for Sight {
    /// `answered after 104 ms`, `connection reset after 0 ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Ok(()) => f.write_str("answered")?,
            Err(failure) => failure.fmt(f)?,
        }
        write!(f, " after {} ms", self.took.as_millis())
    }
}
