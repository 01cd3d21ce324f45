//! What is made of a trial.

use std::fmt::{self, Debug};
use std::time::Duration;

use chaosgate::{ClosedBy, How, StartError, WaitError};
use chaosgate_trial::{NotRecovered, Recovery, Sight, TrialError};

/// Whether all is as it should be.
pub(crate) type Verdict<T = ()> = Result<T, Wrong>;

/// What came of a trial that went as it should.
#[derive(Debug)]
pub(crate) struct Passed {
    /// What the client saw of the condition.
    pub(crate) sight: Sight,
    /// How it recovered after the gate had healed.
    pub(crate) recovery: Recovery,
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<30} recovered in {:.0?}", self.sight.to_string(), self.recovery.took)
    }
}

/// Why a trial failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Wrong {
    #[error("the client must see \"{expected}\", and saw \"{sight}\"")]
    NotShown { expected: String, sight: Sight },

    #[error("it shows on a network that does not fail")]
    ShowsByItself,

    #[error("{what}: {got}, and not {expected}")]
    Unequal { what: &'static str, got: String, expected: String },

    #[error("it showed after {0:?} already")]
    TooSoon(Duration),

    #[error("a connection was closed by {by} ({how})")]
    Closed { by: ClosedBy, how: How },

    #[error("no connection was closed by {by} ({how})")]
    NotClosed { by: ClosedBy, how: How },

    #[error("the fault has not ended the connection of the question within {0:?}")]
    NotEnded(Duration),

    #[error("the gate still has clients {0:?} after it was stopped")]
    NotStopped(Duration),

    #[error(transparent)]
    Trial(#[from] TrialError),

    #[error(transparent)]
    NotRecovered(#[from] NotRecovered),

    #[error(transparent)]
    Wait(#[from] WaitError),

    #[error(transparent)]
    Start(#[from] StartError),
}

/// Fails unless `got` is `expected`.
pub(crate) fn unless_equal<T: PartialEq + Debug>(
    what: &'static str,
    got: &T,
    expected: &T,
) -> Verdict {
    if got == expected {
        return Ok(());
    }
    Err(Wrong::Unequal { what, got: format!("{got:?}"), expected: format!("{expected:?}") })
}
