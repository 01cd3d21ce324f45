//! Why a configuration cannot be brought about.

use chaosgate::{AcceptingError, Direction, ListError, MoveError, StartError};

/// Why a configuration cannot be brought about. Nothing has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// A gate cannot be where it is to be.
    #[error("gate {gate}: {source}")]
    Start {
        /// Its name.
        gate: String,
        /// Why not.
        source: StartError,
    },
    /// A gate cannot take clients as it is to.
    #[error("gate {gate}: {source}")]
    Accepting {
        /// Its name.
        gate: String,
        /// Why not.
        source: AcceptingError,
    },
    /// A gate cannot have these faults.
    #[error("gate {gate}: {direction}: {source}")]
    Faults {
        /// Its name.
        gate: String,
        /// The direction that they are for.
        direction: Direction,
        /// Why not.
        source: ListError,
    },
    /// The registry has been [closed](super::Registry::close).
    #[error("no gate can be changed any more: all are being closed")]
    Closed,
}

impl From<MoveError> for ApplyError {
    fn from(MoveError { gate, source }: MoveError) -> Self {
        ApplyError::Start { gate, source }
    }
}
