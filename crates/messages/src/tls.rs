//! How TLS is told from what a protocol has.

/// Whether a stream of TLS begins like this, with a record of type alert or handshake. Where messages of the protocol
/// may begin so too, it takes more to know.
pub(crate) fn is_tls(first: u8) -> bool {
    matches!(first, 0x15 | 0x16)
}
