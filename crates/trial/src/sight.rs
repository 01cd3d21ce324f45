//! What was seen of a service that was asked.

use std::fmt;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::outcome::Outcome;

/// What one question to a service came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Whether it was answered, and rightly.
    pub answer: Result<(), Failure>,
    /// How long it took.
    pub took: Duration,
}

impl Sight {
    /// What is known of the question.
    pub fn outcome(&self) -> Outcome {
        self.answer.as_ref().map_or_else(Failure::outcome, |()| Outcome::Ok)
    }
}

impl fmt::Display for Sight {
    /// `answered after 104 ms`, `connection reset after 0 ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Ok(()) => f.write_str("answered")?,
            Err(failure) => failure.fmt(f)?,
        }
        write!(f, " after {} ms", self.took.as_millis())
    }
}

/// Asks, and gives up after `patience`: a question that hangs is dropped then.
pub async fn observe(
    patience: Duration,
    question: impl Future<Output = Result<(), Failure>>,
) -> Sight {
    let begin = Instant::now();
    let answer = tokio::time::timeout(patience, question).await;
    Sight { answer: answer.unwrap_or(Err(Failure::TimedOut)), took: begin.elapsed() }
}
