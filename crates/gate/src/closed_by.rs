//! Who has ended a connection.

use std::fmt;

use chaosgate_faults::{Direction, EndedBy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who ended a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClosedBy {
    /// The client.
    Client,
    /// The server.
    Server,
    /// A fault.
    Fault {
        /// On which direction it works.
        direction: Direction,
        /// The entry's name.
        #[serde(rename = "fault")]
        name: String,
    },
    /// A call that closes connections.
    Call,
    /// The gate was stopped.
    Stop,
    /// The idle time of a UDP gate: nothing has come from either side for so long.
    Silence,
    /// The server could not be reached.
    DialFailure,
    /// The way in which the gate takes new clients.
    Accepting,
    /// Descriptors were short, and its client had left while a fault kept that from the server.
    Shortage,
    /// The gate's own task ended: a custom fault has panicked, or the runtime is shutting down.
    Failure,
}

impl From<EndedBy> for ClosedBy {
    fn from(by: EndedBy) -> Self {
        match by {
            EndedBy::Source(Direction::ToServer) => ClosedBy::Client,
            EndedBy::Source(Direction::ToClient) => ClosedBy::Server,
            EndedBy::Fault { direction, name } => ClosedBy::Fault { direction, name },
        }
    }
}

impl fmt::Display for ClosedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClosedBy::Client => f.write_str("the client"),
            ClosedBy::Server => f.write_str("the server"),
            ClosedBy::Fault { direction, name } => write!(f, "{name} {direction}"),
            ClosedBy::Call => f.write_str("a call"),
            ClosedBy::Stop => f.write_str("stop"),
            ClosedBy::Silence => f.write_str("silence"),
            ClosedBy::DialFailure => f.write_str("a failed dial"),
            ClosedBy::Accepting => f.write_str("the way of accepting"),
            ClosedBy::Shortage => f.write_str("a shortage of descriptors"),
            ClosedBy::Failure => f.write_str("a failure of its task"),
        }
    }
}
