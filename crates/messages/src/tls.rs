//! How TLS is told from what a protocol has.

/// Whether a record of TLS begins like this, of whatever type. Where messages of the protocol may begin so too, it takes
/// more to know.
pub(crate) fn is_tls(first: u8) -> bool {
    matches!(first, 0x14..=0x17)
}
