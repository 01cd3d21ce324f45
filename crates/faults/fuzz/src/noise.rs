//! Bytes in no order.

/// The byte at a place in an endless row in which no part is like another.
pub(crate) fn byte_at(place: u64) -> u8 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let spread = (place + 1).wrapping_mul(ODD);
    let [mixed, ..] = (spread ^ (spread >> 32)).wrapping_mul(ODD).to_be_bytes();
    mixed
}

/// Fills `data` with bytes that follow from the seed.
pub fn fill(data: &mut [u8], seed: u32) {
    for (place, byte) in (u64::from(seed) << 32..).zip(data) {
        *byte = byte_at(place);
    }
}
