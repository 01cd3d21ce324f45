//! How much the interface takes, and how long it waits.

use std::time::Duration;

use chaosgate::descriptors;

/// How much the interface takes, and how long it waits: nobody can hold it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long a body may take to arrive.
    pub arrival: Duration,
    /// How long a call may take to be answered.
    pub answer: Duration,
    /// How long a client may take no more of its answer.
    pub taking: Duration,
    /// How long a connection may wait for the next request, and that for the end of its head.
    pub idle: Duration,
    /// How long calls that are under way may take when the server ends.
    pub drain: Duration,
    /// The most connections: for another, the one goes that has been idle for longest.
    pub connections: usize,
    /// How many of the last descriptors of the process are for the interface and its calls, and not
    /// for what goes through gates.
    pub descriptors: u64,
    /// The most bytes of a body.
    pub body: usize,
    /// The most bytes of a head.
    pub head: usize,
}

impl Default for Limits {
    /// The times are those of Toxiproxy, and no sane call comes near the sizes. Of few descriptors the
    /// interface has a quarter, or what a call needs.
    fn default() -> Self {
        Limits {
            arrival: Duration::from_secs(15),
            answer: Duration::from_secs(25),
            taking: Duration::from_secs(15),
            idle: Duration::from_mins(1),
            drain: Duration::from_secs(5),
            connections: 256,
            descriptors: descriptors::limit()
                .map_or(0, |limit| (limit / 4).clamp(16, 64).min(limit / 2)),
            body: 1 << 20,
            head: 64 << 10,
        }
    }
}
