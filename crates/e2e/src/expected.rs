//! What a client must see of a condition.

use std::fmt;
use std::time::Duration;

use chaosgate_trial::{Failure, Sight};

/// How long a client waits that is to see something, however busy the machine is.
const LONG: Duration = Duration::from_secs(30);

/// What a client must see of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// No answer. Of datagrams, the connection stays.
    NoAnswer,
    /// No answer to a datagram, since a fault ends the connection.
    Ended,
    /// That nobody listens, or has the port.
    Refused,
    /// That the connection ends in order before the answer does.
    Closed,
    /// That the connection ends in order in the middle of the question or of the answer, for which
    /// each library has words of its own.
    CutOff,
    /// That the connection is reset before the answer ends.
    Reset,
    /// That the connection is reset before the question. A library that has nothing under way just
    /// finds it gone.
    Gone,
    /// That the connection is gone; or, where the client has noticed that before it asks, an answer
    /// over another one.
    Replaced,
    /// Anything but the right answer: a wrong one, an error, or none within the patience of a
    /// client that waits for the rest of a message whose length has been changed.
    Broken,
    /// The right answer all the same.
    Answered,
    /// The right answer, but no sooner than this.
    Late(Duration),
}

impl Expected {
    /// The right answer, but no sooner than this.
    pub(crate) const fn late(millis: u64) -> Self {
        Self::Late(Duration::from_millis(millis))
    }

    /// How long the client waits, where `brief` is how long it waits at least.
    pub(crate) fn patience(self, brief: Duration) -> Duration {
        if matches!(self, Self::NoAnswer | Self::Ended | Self::Broken) { brief } else { LONG }
    }

    /// How long the client waits once the gate has healed: clearly less than what was late before
    /// took at least.
    pub(crate) fn patience_when_healed(self, brief: Duration) -> Duration {
        if let Self::Late(least) = self { least * 3 / 4 } else { brief }
    }

    /// Whether this is what the client saw.
    pub(crate) fn is_met(self, sight: &Sight) -> bool {
        match (self, &sight.answer) {
            (Self::NoAnswer | Self::Ended, Err(Failure::TimedOut))
            | (Self::Refused, Err(Failure::Refused))
            | (Self::Closed, Err(Failure::Closed))
            | (Self::CutOff, Err(Failure::Closed | Failure::Other(_)))
            | (Self::Reset, Err(Failure::Reset))
            | (Self::Gone, Err(Failure::Reset | Failure::Closed))
            | (Self::Replaced, Ok(()) | Err(Failure::Reset | Failure::Closed))
            | (Self::Answered, Ok(())) => true,
            (Self::Broken, answer) => answer.is_err(),
            (Self::Late(least), Ok(())) => sight.took >= least,
            _ => false,
        }
    }

    /// Whether a prompt answer is as good, since the condition does no harm that a client must see.
    pub(crate) fn is_harmless(self) -> bool {
        matches!(self, Self::Replaced | Self::Answered)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer => f.write_str("no answer"),
            Self::Ended => f.write_str("no answer, and the connection ended"),
            Self::Refused => Failure::Refused.fmt(f),
            Self::Closed => Failure::Closed.fmt(f),
            Self::CutOff => f.write_str("connection closed, or data cut off"),
            Self::Reset => Failure::Reset.fmt(f),
            Self::Gone => f.write_str("connection reset or closed"),
            Self::Replaced => {
                f.write_str("connection reset or closed, or answered over another one")
            }
            Self::Broken => f.write_str("anything but the right answer"),
            Self::Answered => f.write_str("answered"),
            Self::Late(least) => write!(f, "answered after {} ms or more", least.as_millis()),
        }
    }
}
