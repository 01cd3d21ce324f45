//! Why a list of faults cannot be changed.

use crate::{Transport, WhenError};

/// Why a list cannot be changed in this way. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// Two entries of a list would have one name.
    #[error("there is a fault named \"{name}\" already: each needs a name of its own")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// A fault cannot work on such traffic.
    #[error("{fault} does not suit {transport}: {reason}")]
    Unsuitable {
        /// The fault, as it is written on the command line.
        fault: String,
        /// The traffic.
        transport: Transport,
        /// Why not.
        reason: &'static str,
    },
    /// Who borrows a direction has it alone.
    #[error("{lent} has the direction alone: it cannot work beside {beside}")]
    NotAlone {
        /// The fault that lends it, as it is printed.
        lent: String,
        /// The names of the others.
        beside: String,
    },
    /// What says when the fault acts does not go together.
    #[error("{fault}: {reason}")]
    When {
        /// The type of the fault.
        fault: String,
        /// What does not.
        reason: WhenError,
    },
    /// Who borrows a direction has it from beginning to end.
    #[error("{lent} is always at work: it takes no connections, client, start_after or the like")]
    AlwaysLent {
        /// The fault that lends it, as it is printed.
        lent: String,
    },
    /// The runtime has ended that the gate was given on which the list works.
    #[error(
        "the runtime that the gate was given has ended: give it one that lives longer, or none"
    )]
    RuntimeEnded,
    /// No entry has this name.
    #[error("there is no fault named \"{name}\": the faults here are {known}")]
    NoSuchName {
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
}
