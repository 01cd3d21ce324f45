//! What can be wrong with a trial.

use std::{fmt::Debug, time::Duration};

use chaosgate::{AcceptingError, ClosedBy, How, ListError, StartError, WaitError};

use crate::Sight;

/// Why a trial failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Wrong {
    #[error("the client must see \"{expected}\", and saw \"{sight}\"")]
    NotShown { expected: String, sight: Sight },

    #[error("on a connection without faults, the client saw \"{0}\"")]
    Unwell(Sight),

    #[error(
        "not recovered within {within:?} after the gate had healed, where the client saw \"{last}\""
    )]
    NotRecovered { within: Duration, last: Sight },

    #[error("{what}: {got}, and not {expected}")]
    Unequal { what: &'static str, got: String, expected: String },

    #[error("it showed after {0:?} already")]
    TooSoon(Duration),

    #[error("a connection was closed by {by} ({how})")]
    Closed { by: ClosedBy, how: How },

    #[error("no connection was closed by {by} ({how})")]
    NotClosed { by: ClosedBy, how: How },

    #[error("what the gate has received is not sent after {0:?}")]
    NotSettled(Duration),

    #[error("the fault has not ended the connection of the question within {0:?}")]
    NotEnded(Duration),

    #[error("the gate still has clients {0:?} after it was stopped")]
    NotStopped(Duration),

    #[error(transparent)]
    Wait(#[from] WaitError),

    #[error(transparent)]
    Start(#[from] StartError),

    #[error(transparent)]
    Accepting(#[from] AcceptingError),

    #[error(transparent)]
    List(#[from] ListError),
}

/// Fails unless `got` is `expected`.
pub(crate) fn unless_equal<T: PartialEq + Debug>(
    what: &'static str,
    got: &T,
    expected: &T,
) -> Result<(), Wrong> {
    if got == expected {
        return Ok(());
    }
    Err(Wrong::Unequal { what, got: format!("{got:?}"), expected: format!("{expected:?}") })
}
