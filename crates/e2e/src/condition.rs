//! A row of the list of conditions.

use std::{fmt, time::Duration};

use chaosgate::{Accepting, ClosedBy, Direction, EntrySpec, How};

use crate::{Failure, Sight};

/// How long a client waits that is to give up.
const SHORT: Duration = Duration::from_millis(500);
/// How long a client waits that is to see something, however busy the machine is.
const LONG: Duration = Duration::from_secs(30);

/// A way in which the network fails, and what a client must see of it.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Its name in the documentation.
    pub slug: &'static str,
    /// What is done to the gate.
    pub cause: Cause,
    /// What the client does then.
    pub probe: Probe,
    /// What it must see; without the cause it sees something else.
    pub expected: Expected,
}

/// What is done to a gate to bring a condition about.
#[derive(Debug, Clone)]
pub enum Cause {
    /// New clients are taken in another way.
    Accepting(Accepting),
    /// The connections are closed by a call.
    Call(How),
    /// A fault is added to one direction; each is tried.
    Fault(EntrySpec),
}

/// What a client does while a condition lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// It asks a small question.
    Question,
    /// It asks a small question whose answer is held back, so that the connection ends in the middle.
    HeldQuestion,
    /// It moves a larger amount of data in the direction of the fault.
    Transfer,
    /// It takes part in the end of a connection, which the sender of the fault's direction begins.
    Farewell,
}

/// What a client must see of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// No answer.
    TimedOut,
    /// That nobody listens.
    Refused,
    /// That the connection ends in order before the answer does.
    Closed,
    /// That the connection ends in order in the middle of the question or of the answer, for which each library has
    /// words of its own.
    CutOff,
    /// That the connection is reset before the answer ends.
    Reset,
    /// That the connection is reset before the question. A library that has nothing under way just finds it gone.
    Gone,
    /// That the connection is gone; or, where the client has noticed that before it asks, an answer over another one.
    Replaced,
    /// Anything but the right answer: a wrong one, an error, or none within the patience of a client that waits for the
    /// rest of a message whose length has been changed.
    Broken,
    /// The right answer, but no sooner than this.
    Late(Duration),
}

impl Condition {
    /// The directions to try it on, or just once, if it has none.
    pub(crate) fn directions(&self) -> Vec<Option<Direction>> {
        match self.cause {
            Cause::Fault(_) => Direction::BOTH.map(Some).to_vec(),
            Cause::Accepting(_) | Cause::Call(_) => vec![None],
        }
    }

    /// How the gate ends connections because of it, if it does.
    pub(crate) fn end(&self, direction: Option<Direction>) -> Option<(ClosedBy, How)> {
        match &self.cause {
            Cause::Accepting(Accepting::Reset | Accepting::Mute) => {
                Some((ClosedBy::Accepting, How::Reset))
            }
            Cause::Accepting(_) => None,
            Cause::Call(how) => Some((ClosedBy::Call, *how)),
            Cause::Fault(fault) => {
                let how = match self.expected {
                    Expected::Closed | Expected::CutOff => How::Fin,
                    Expected::Reset => How::Reset,
                    _ => return None,
                };
                let name = fault.fault().type_name().to_owned();
                Some((ClosedBy::Fault { direction: direction?, name }, how))
            }
        }
    }

    /// Whether the client goes on with the connection that it had, as far as that is up to the network.
    pub(crate) fn keeps_connection(&self) -> bool {
        matches!(self.expected, Expected::Late(_))
    }
}

impl Expected {
    /// How long the client waits.
    pub(crate) fn patience(self) -> Duration {
        if matches!(self, Self::TimedOut | Self::Broken) { SHORT } else { LONG }
    }

    /// How long the client waits once the gate has healed: less than what was late before took at least.
    pub(crate) fn patience_when_healed(self) -> Duration {
        if let Self::Late(least) = self { least } else { SHORT }
    }

    /// Whether this is what the client saw.
    pub(crate) fn is_met(self, sight: &Sight) -> bool {
        match (self, &sight.outcome) {
            (Self::TimedOut, Err(Failure::TimedOut))
            | (Self::Refused, Err(Failure::Refused))
            | (Self::Closed, Err(Failure::Closed))
            | (Self::CutOff, Err(Failure::Closed | Failure::Other(_)))
            | (Self::Reset, Err(Failure::Reset))
            | (Self::Gone, Err(Failure::Reset | Failure::Closed))
            | (Self::Replaced, Ok(()) | Err(Failure::Reset | Failure::Closed)) => true,
            (Self::Broken, outcome) => outcome.is_err(),
            (Self::Late(least), Ok(())) => sight.took >= least,
            _ => false,
        }
    }
}

impl fmt::Display for Condition {
    /// `close-connections (reset)`, `latency (latency:delay=150ms)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Accepting(accepting) => write!(f, "{} (accepting {accepting})", self.slug),
            Cause::Call(how) if self.probe == Probe::Question => {
                write!(f, "{} ({how}) idle", self.slug)
            }
            Cause::Call(how) => write!(f, "{} ({how})", self.slug),
            Cause::Fault(fault) => write!(f, "{} ({fault})", self.slug),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => Failure::TimedOut.fmt(f),
            Self::Refused => Failure::Refused.fmt(f),
            Self::Closed => Failure::Closed.fmt(f),
            Self::CutOff => f.write_str("connection closed, or data cut off"),
            Self::Reset => Failure::Reset.fmt(f),
            Self::Gone => f.write_str("connection reset or closed"),
            Self::Replaced => {
                f.write_str("connection reset or closed, or answered over another one")
            }
            Self::Broken => f.write_str("anything but the right answer"),
            Self::Late(least) => write!(f, "answered after {} ms or more", least.as_millis()),
        }
    }
}
