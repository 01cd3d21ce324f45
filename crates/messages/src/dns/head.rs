//! The head of a message, which each of them has.

use crate::Lost;

pub(super) const PROTOCOL: &str = "dns";

/// Its bytes.
pub(super) const HEAD: usize = 12;

/// What is told of a message that is shorter.
pub(super) fn malformed() -> Lost {
    Lost::Malformed { protocol: PROTOCOL, expected: "a message of at least 12 bytes" }
}
