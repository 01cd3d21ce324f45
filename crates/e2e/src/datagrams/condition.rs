//! A row of the list of conditions.

use std::{fmt, time::Duration};

use chaosgate::Direction;

use crate::{Cause, Failure, Sight};

/// How long a client waits that is to see something, however busy the machine is.
const LONG: Duration = Duration::from_secs(30);

/// A way in which a network of datagrams fails, and what a client must see of it.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Its name in the documentation.
    pub slug: &'static str,
    /// What is done to the gate.
    pub cause: Cause,
    /// What the client does then.
    pub probe: Probe,
    /// What it must see.
    pub expected: Expected,
}

/// What a client does while a condition lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// It asks for an address.
    Question,
    /// It asks for an address, and the connection ends before an answer has come.
    Unanswered,
    /// It asks for five addresses at once.
    FiveQuestions,
    /// It asks for a large text.
    LargeQuestion,
}

/// What a client must see of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// No answer, and the connection stays.
    NoAnswer,
    /// No answer, since a fault ends the connection.
    Ended,
    /// That nobody has the port.
    Refused,
    /// Anything but the right answer: a wrong one, an error, or none.
    Broken,
    /// The right answer all the same.
    Answered,
    /// The right answer, but no sooner than this.
    Late(Duration),
}

impl Condition {
    /// The directions to try it on, or just once, if it has none.
    pub(crate) fn directions(&self) -> Vec<Option<Direction>> {
        match (&self.cause, self.probe) {
            // Large is the answer alone.
            (Cause::Fault(_), Probe::LargeQuestion) => vec![Some(Direction::ToClient)],
            (Cause::Fault(_), _) => Direction::BOTH.map(Some).to_vec(),
            (Cause::Accepting(_) | Cause::Call(_), _) => vec![None],
        }
    }

    /// Whether nothing may pass in the direction of its fault while the client asks.
    pub(crate) fn lets_nothing_pass(&self) -> bool {
        matches!(self.expected, Expected::NoAnswer | Expected::Ended)
            && matches!(self.probe, Probe::Question | Probe::LargeQuestion)
    }
}

impl Expected {
    /// How long the client waits, where `brief` is how long it waits at least.
    pub(crate) fn patience(self, brief: Duration) -> Duration {
        match self {
            Self::NoAnswer | Self::Ended | Self::Broken => brief,
            Self::Refused | Self::Answered | Self::Late(_) => LONG,
        }
    }

    /// How long the client waits once the gate has healed: clearly less than what was late before took at least.
    pub(crate) fn patience_when_healed(self, brief: Duration) -> Duration {
        if let Self::Late(least) = self { least * 3 / 4 } else { brief }
    }

    /// Whether this is what the client saw.
    pub(crate) fn is_met(self, sight: &Sight) -> bool {
        match (self, &sight.outcome) {
            (Self::NoAnswer | Self::Ended, Err(Failure::TimedOut))
            | (Self::Refused, Err(Failure::Refused))
            | (Self::Answered, Ok(())) => true,
            (Self::Broken, outcome) => outcome.is_err(),
            (Self::Late(least), Ok(())) => sight.took >= least,
            _ => false,
        }
    }
}

impl fmt::Display for Condition {
    /// `refuse (accepting refuse)`, `latency (latency:delay=150ms)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.cause, self.probe) {
            (Cause::Accepting(accepting), _) => {
                write!(f, "{} (accepting {accepting})", self.slug)
            }
            (Cause::Call(_), Probe::Question) => write!(f, "{}, idle", self.slug),
            (Cause::Call(_), _) => f.write_str(self.slug),
            (Cause::Fault(fault), _) => write!(f, "{} ({fault})", self.slug),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer => f.write_str("no answer"),
            Self::Ended => f.write_str("no answer, and the connection ended"),
            Self::Refused => Failure::Refused.fmt(f),
            Self::Broken => f.write_str("anything but the right answer"),
            Self::Answered => f.write_str("answered"),
            Self::Late(least) => write!(f, "answered after {} ms or more", least.as_millis()),
        }
    }
}
