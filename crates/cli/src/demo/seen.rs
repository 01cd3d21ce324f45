//! What a client can see of a network.

use std::fmt;
use std::io;
use std::time::Duration;

use chaosgate_trial::Failure;

use crate::output::in_ms;

/// What the client saw when it did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// The right answer, after this time, in so many reads, to so many attempts at most.
    Answered { after: Duration, reads: u64, attempts: u32 },
    /// Two right answers to a question that was asked once.
    AnsweredTwice,
    /// The right answers, but the one to a later question first.
    OutOfOrder,
    /// An answer, but not the right one.
    WrongBytes,
    /// No connection within the client's limit.
    ConnectTimedOut { limit: Duration },
    /// No answer within the client's limit.
    TimedOut { limit: Duration },
    /// No answer to so many attempts.
    Unanswered { attempts: u32 },
    /// The connection ended, or broke, after so many bytes of an answer.
    CutOff { bytes: usize },
    /// The connection ended after this time, in which the client was silent.
    IdleClosed { after: Duration },
    /// The connection ended this long after the client had ended its own direction.
    Farewell { after: Duration },
    /// The connection stayed, though the client waited for its end.
    StayedOpen { limit: Duration },
    /// Something that every client can see.
    Failed(Failure),
}

impl Seen {
    pub(super) fn is_answer(&self) -> bool {
        matches!(self, Seen::Answered { .. })
    }

    /// Whether a connection that was kept may have been dead already when it was used, so that it
    /// is right to try again on a new one.
    pub(super) fn is_stale_connection(&self) -> bool {
        matches!(self, Seen::Failed(Failure::Closed | Failure::Reset))
    }

    /// Whether it was the right answer, in the words of all clients.
    pub(super) fn answer(self) -> Result<(), Failure> {
        match self {
            Seen::Answered { .. } => Ok(()),
            Seen::Failed(failure) => Err(failure),
            Seen::ConnectTimedOut { .. } | Seen::TimedOut { .. } | Seen::Unanswered { .. } => {
                Err(Failure::TimedOut)
            }
            other => Err(Failure::Wrong(other.to_string())),
        }
    }
}

impl From<io::Error> for Seen {
    fn from(error: io::Error) -> Self {
        Seen::Failed(error.into())
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seen::Answered { after, reads, attempts } => {
                write!(f, "answered in {}", in_ms(*after))?;
                match (reads, attempts) {
                    (1, 1) => Ok(()),
                    (1, _) => write!(f, ", {attempts} attempts"),
                    _ => write!(f, ", {reads} pieces"),
                }
            }
            Seen::AnsweredTwice => f.write_str("answered twice"),
            Seen::OutOfOrder => f.write_str("answers out of order"),
            Seen::WrongBytes => f.write_str("wrong bytes"),
            Seen::ConnectTimedOut { limit } => {
                write!(f, "connect timed out after {}", in_ms(*limit))
            }
            Seen::TimedOut { limit } => write!(f, "timed out after {}", in_ms(*limit)),
            Seen::Unanswered { attempts } => write!(f, "timed out after {attempts} attempts"),
            Seen::CutOff { bytes } => write!(f, "answer cut off after {bytes} bytes"),
            Seen::IdleClosed { after } => write!(f, "closed while idle after {}", in_ms(*after)),
            Seen::Farewell { after } => write!(f, "closing took {}", in_ms(*after)),
            Seen::StayedOpen { limit } => write!(f, "still open after {}", in_ms(*limit)),
            Seen::Failed(failure) => failure.fmt(f),
        }
    }
}
