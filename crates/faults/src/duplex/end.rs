//! The end of a connection, as whoever closes the sockets is told of it.

use crate::{Direction, How};

/// How a connection has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Who ended it.
    pub by: EndedBy,
    /// What the two sides are to see.
    pub how: How,
    /// The direction whose data has to arrive before a reset.
    pub after: Option<Direction>,
}

/// Who has ended a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndedBy {
    /// The peer that sends in this direction.
    Source(Direction),
    /// A fault.
    Fault {
        /// On which direction it works.
        direction: Direction,
        /// The entry's name.
        name: String,
    },
}
