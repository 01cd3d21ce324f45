//! What a measure gives.

use serde::{Deserialize, Serialize};

/// What a measure gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What was measured, in the unit of the measure: bytes per second, seconds, connections per
    /// second, bytes, datagrams per second.
    pub value: f64,
    /// Of times, what 99 % of them do not exceed; `value` is then their median.
    pub tail: Option<f64>,
    /// Seconds of the processor that the proxy took for one: a byte, a round trip, a connection, a
    /// datagram. Nothing without a proxy, and where it is not what is measured.
    pub cpu: Option<f64>,
    /// The way that the proxy took. Nothing without a proxy.
    pub path: Option<Path>,
}

impl Outcome {
    /// A value, and nothing beside it.
    pub(crate) fn of(value: f64) -> Self {
        Outcome { value, tail: None, cpu: None, path: None }
    }
}

/// The way that bytes take through a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Path {
    /// Through the memory of the proxy.
    Copy,
    /// Through a pipe, in the kernel: while traffic flowed, the proxy held pipes that it did not hold
    /// before.
    Splice,
}
