//! The two ways that traffic takes through a gate.

use std::fmt;
use std::ops::{Index, IndexMut};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which way traffic flows on a connection. Each direction has its own faults.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the client to the server; Toxiproxy calls it `upstream`.
    ToServer,
    /// From the server to the client; Toxiproxy calls it `downstream`.
    ToClient,
}

impl Direction {
    /// Both directions, `ToServer` first.
    pub const BOTH: [Direction; 2] = [Direction::ToServer, Direction::ToClient];

    /// The other way.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Direction::ToServer => Direction::ToClient,
            Direction::ToClient => Direction::ToServer,
        }
    }

    /// The name in documents and on the command line: `to_server` or `to_client`.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::ToServer => "to_server",
            Direction::ToClient => "to_client",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One value for each direction.
///
/// ```
/// use chaosgate_faults::{Direction, PerDirection};
///
/// let mut bytes = PerDirection::from_fn(|_| 0);
/// bytes[Direction::ToClient] += 5;
/// assert_eq!((bytes.to_server, bytes.to_client), (0, 5));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PerDirection<T> {
    /// That of [`Direction::ToServer`].
    pub to_server: T,
    /// That of [`Direction::ToClient`].
    pub to_client: T,
}

impl<T> PerDirection<T> {
    /// What `make` makes for each direction, `ToServer` first.
    pub fn from_fn(mut make: impl FnMut(Direction) -> T) -> Self {
        PerDirection { to_server: make(Direction::ToServer), to_client: make(Direction::ToClient) }
    }

    /// Both, with their directions.
    pub fn iter(&self) -> impl Iterator<Item = (Direction, &T)> {
        Direction::BOTH.into_iter().zip([&self.to_server, &self.to_client])
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Direction, &mut T)> {
        Direction::BOTH.into_iter().zip([&mut self.to_server, &mut self.to_client])
    }

    /// What `change` makes of each.
    pub fn map<U>(self, mut change: impl FnMut(Direction, T) -> U) -> PerDirection<U> {
        PerDirection {
            to_server: change(Direction::ToServer, self.to_server),
            to_client: change(Direction::ToClient, self.to_client),
        }
    }

    /// That of `direction`, and that of the other one.
    pub fn both_mut(&mut self, direction: Direction) -> (&mut T, &mut T) {
        match direction {
            Direction::ToServer => (&mut self.to_server, &mut self.to_client),
            Direction::ToClient => (&mut self.to_client, &mut self.to_server),
        }
    }
}

impl<T> Index<Direction> for PerDirection<T> {
    type Output = T;

    fn index(&self, direction: Direction) -> &T {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }
}

impl<T> IndexMut<Direction> for PerDirection<T> {
    fn index_mut(&mut self, direction: Direction) -> &mut T {
        self.both_mut(direction).0
    }
}
