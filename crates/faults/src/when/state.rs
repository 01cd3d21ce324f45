//! How far an entry has come.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far an entry has come, over all connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its moment has yet to come, on any connection.
    Waiting,
    /// Its fault acts on a connection, or on whatever comes.
    Working,
    /// It has acted as often as it may.
    Spent,
}

impl State {
    /// As it is written in documents: `waiting`, `working` or `spent`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Working => "working",
            State::Spent => "spent",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
