//! The empty line at the end of a head or of trailers.

use memchr::memchr;

/// Looks for the empty line at the end of a head or of trailers, as far as that has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct EmptyLine {
    place: Place,
    /// Whether an empty line is the end, though no other was before it.
    may_be_first: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the beginning of a line.
    Beginning,
    /// Behind a carriage return there.
    CarriageReturn,
    /// In a line that is not empty.
    Within,
}

impl EmptyLine {
    /// At the end of a head, before which empty lines mean nothing.
    pub(super) const OF_HEAD: EmptyLine =
        EmptyLine { place: Place::Beginning, may_be_first: false };

    /// At the end of trailers, of which there may be none.
    pub(super) const OF_TRAILERS: EmptyLine =
        EmptyLine { place: Place::Beginning, may_be_first: true };

    /// How many bytes there are up to the end of that line, if it ends here.
    pub(super) fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut read = 0;
        while let Some(byte) = bytes.get(read) {
            self.place = match (self.place, byte) {
                (Place::Within, _) => {
                    read += memchr(b'\n', &bytes[read..])?;
                    Place::Beginning
                }
                (_, b'\n') if self.may_be_first => return Some(read + 1),
                (_, b'\n') => Place::Beginning,
                (Place::Beginning, b'\r') => Place::CarriageReturn,
                _ => {
                    self.may_be_first = true;
                    Place::Within
                }
            };
            // What is in a line is looked at again, from its first byte that has no meaning at its beginning.
            read += usize::from(self.place != Place::Within);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The length up to the empty line, which does not depend on where the bytes are cut.
    fn length(begin: EmptyLine, text: &str) -> Option<usize> {
        let whole = begin.clone().find(text.as_bytes());
        let mut looking = begin;
        let pieces = text.as_bytes().chunks(1);
        let cut = pieces.map(|byte| looking.find(byte)).position(|found| found.is_some());
        assert_eq!(whole, cut.map(|before| before + 1), "{text:?}");
        whole
    }

    #[test]
    fn a_head_ends_with_the_first_empty_line_behind_another() {
        for (text, end) in [
            ("a\r\n\r\nb", Some(5)),
            ("a\n\nb", Some(3)),
            ("a\r\nb\n\r\n", Some(7)),
            ("\r\n\na\r\n\r\n", Some(8)),
            ("a\r\n\rb\r\n", None),
            ("\r\n\r\n", None),
        ] {
            assert_eq!(length(EmptyLine::OF_HEAD, text), end, "{text:?}");
        }
    }

    #[test]
    fn trailers_end_with_the_first_empty_line() {
        assert_eq!(length(EmptyLine::OF_TRAILERS, "\r\na"), Some(2));
        assert_eq!(length(EmptyLine::OF_TRAILERS, "a: b\r\n\r\n"), Some(8));
    }
}
