//! The tag and the length of a message.

use crate::Lost;

pub(super) const PROTOCOL: &str = "postgresql";

/// The bytes of a tag and a length.
pub(super) const TAGGED: usize = 5;

/// Neither side takes longer messages.
const MOST: u32 = 1 << 30;

/// The tag and the length at the beginning of a message.
pub(super) fn tagged(head: &[u8]) -> Option<(u8, [u8; 4])> {
    let (tag, rest) = head.split_first()?;
    Some((*tag, *rest.first_chunk()?))
}

/// What follows a head of which so many bytes were read. The length counts all but the tag.
pub(super) fn body(length: [u8; 4], read: usize) -> Result<u64, Lost> {
    let length = u32::from_be_bytes(length);
    let rest = (u64::from(length) + 1).checked_sub(read as u64);
    rest.filter(|_| length <= MOST).ok_or(malformed("a length of 4 bytes to 1 GiB"))
}

pub(super) fn malformed(expected: &'static str) -> Lost {
    Lost::Malformed { protocol: PROTOCOL, expected }
}
