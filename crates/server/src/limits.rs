//! How much the interface takes, and how long it waits.

use std::time::Duration;

/// How much the interface takes, and how long it waits: nobody can hold it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long a body may take to arrive.
    pub arrival: Duration,
    /// How long a call may take to be answered.
    pub answer: Duration,
    /// How long a connection may wait for the next request, and that for the end of its head.
    pub idle: Duration,
    /// How long calls that are under way may take when the server ends.
    pub drain: Duration,
    /// The most bytes of a body.
    pub body: usize,
    /// The most bytes of a head.
    pub head: usize,
}

impl Default for Limits {
    /// Those of Toxiproxy, and sizes that no sane call comes near.
    fn default() -> Self {
        Limits {
            arrival: Duration::from_secs(15),
            answer: Duration::from_secs(25),
            idle: Duration::from_mins(1),
            drain: Duration::from_secs(5),
            body: 16 << 20,
            head: 64 << 10,
        }
    }
}
