//! How the network fails: changes to a gate, each at its moment.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use chaosgate::{Accepting, AcceptingError, EntrySpec, How, ListError, SpecError};

/// How the network fails: one change to a gate at once, and others that follow.
///
/// ```
/// use std::time::Duration;
/// use chaosgate::{Accepting, How};
/// use chaosgate_trial::{Cause, Change};
///
/// const SLOW: Cause = Cause::fault("latency:delay=150ms");
///
/// // A link that is gone for 100 ms twice.
/// let at = Duration::from_millis;
/// let flapping = Cause::fault("blackhole")
///     .then(at(100), Change::Remove)
///     .then(at(300), Change::Add("blackhole".into()))
///     .then(at(400), Change::Remove);
///
/// // A server that restarts, and is away for a second.
/// let restart = Cause::accepting(Accepting::Refuse)
///     .then(at(0), Change::Close(How::Fin))
///     .then(at(1000), Change::Accept(Accepting::Accept));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    first: Change,
    later: Vec<Step>,
}

/// A change that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How long after the first change.
    pub after: Duration,
    /// What changes then.
    pub change: Change,
}

/// What is done to a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A fault is added behind the others, written as on the command line: `latency:delay=150ms`.
    Add(Cow<'static, str>),
    /// All that this cause has added is removed.
    Remove,
    /// New clients are taken in this way.
    Accept(Accepting),
    /// All connections are closed.
    Close(How),
}

/// Why a cause could not be brought about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CauseError {
    /// What is to be added is no fault.
    #[error("\"{written}\" is no fault: {source}")]
    Written {
        /// As it was written.
        written: String,
        /// What is wrong with it.
        source: SpecError,
    },
    /// The fault cannot be added to this gate.
    #[error(transparent)]
    List(#[from] ListError),
    /// The gate cannot take clients in this way.
    #[error(transparent)]
    Accepting(#[from] AcceptingError),
}

impl Cause {
    /// A change that stays.
    pub const fn new(first: Change) -> Self {
        Cause { first, later: Vec::new() }
    }

    /// A fault, written as on the command line.
    pub const fn fault(written: &'static str) -> Self {
        Cause::new(Change::Add(Cow::Borrowed(written)))
    }

    /// A way in which new clients are taken.
    pub const fn accepting(accepting: Accepting) -> Self {
        Cause::new(Change::Accept(accepting))
    }

    /// The close of all connections.
    pub const fn close(how: How) -> Self {
        Cause::new(Change::Close(how))
    }

    /// The same, followed by a change so long after the first. Changes of one moment are made in the
    /// order in which they are given.
    #[must_use]
    pub fn then(mut self, after: Duration, change: Change) -> Self {
        let place = self.later.partition_point(|step| step.after <= after);
        self.later.insert(place, Step { after, change });
        self
    }

    /// How often it must hit for having done anything: once, if a fault is added at once.
    pub const fn least_hits(&self) -> u64 {
        matches!(self.first, Change::Add(_)) as u64
    }

    /// What is done at once.
    pub const fn first(&self) -> &Change {
        &self.first
    }

    /// What follows, in order.
    pub fn later(&self) -> &[Step] {
        &self.later
    }
}

impl Change {
    /// The fault that it adds, if it adds one.
    ///
    /// # Errors
    ///
    /// [`CauseError::Written`] if it is no fault.
    pub fn entry(&self) -> Result<Option<EntrySpec>, CauseError> {
        let Change::Add(written) = self else { return Ok(None) };
        written.parse().map(Some).map_err(|source| {
            let written = written.clone().into_owned();
            CauseError::Written { written, source }
        })
    }
}

impl fmt::Display for Change {
    /// `latency:delay=150ms`, `accepting=refuse`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Add(fault) => f.write_str(fault),
            Change::Remove => f.write_str("removed"),
            Change::Accept(accepting) => write!(f, "accepting={accepting}"),
            Change::Close(how) => write!(f, "close_connections={how}"),
        }
    }
}

impl fmt::Display for Cause {
    /// `stall`, or `blackhole; after 100ms removed`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        self.later
            .iter()
            .try_for_each(|Step { after, change }| write!(f, "; after {after:?} {change}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_that_follow_are_in_the_order_of_their_moments() {
        let at = Duration::from_millis;
        let cause = Cause::fault("stall")
            .then(at(20), Change::Accept(Accepting::Accept))
            .then(at(10), Change::Remove)
            .then(at(10), Change::Close(How::Reset));
        let written = "stall; after 10ms removed; after 10ms close_connections=reset; \
                       after 20ms accepting=accept";
        assert_eq!(cause.to_string(), written);
    }
}
