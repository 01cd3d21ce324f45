//! The text that larger questions and answers carry.

use std::fmt::Write;

/// The words of a larger question or answer.
pub(crate) const WORDS: u32 = 8 * 1024;
/// The bytes of a larger question or answer, at least: what a protocol puts around them comes on
/// top.
pub(crate) const LARGE: usize = WORDS as usize * 8;

/// A text of `words` words, each its own position in eight hexadecimal digits, so that no byte can
/// be lost, doubled or moved unseen.
pub fn payload(words: u32) -> String {
    (0..words).fold(String::new(), |mut text, position| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{position:08x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_eight_bytes_of_a_payload_are_their_position() {
        assert_eq!(payload(3), "000000000000000100000002");
        assert_eq!(payload(WORDS).len(), LARGE);
    }
}
