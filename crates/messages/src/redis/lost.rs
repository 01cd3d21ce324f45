//! What is told of bytes that are no message of Redis.

use crate::Lost;

pub(super) const PROTOCOL: &str = "redis";

pub(super) fn malformed(expected: &'static str) -> Lost {
    Lost::Malformed { protocol: PROTOCOL, expected }
}
