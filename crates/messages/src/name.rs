//! Names that messages bring.

use std::fmt;

/// A name that a message brings: up to [`Name::MOST`] visible letters of ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    /// [`Name::IS_NONE`] if what was put in is no name.
    length: u8,
    letters: [u8; Name::MOST],
}

impl Name {
    /// The longest command of Redis has 20 letters.
    pub(crate) const MOST: usize = 31;
    const IS_NONE: u8 = u8::MAX;

    pub(crate) const EMPTY: Name = Name { length: 0, letters: [0; Name::MOST] };

    pub(crate) fn new(text: &[u8]) -> Self {
        let mut name = Name::EMPTY;
        for letter in text {
            name.push(*letter);
        }
        name
    }

    /// Puts a letter at the end. From one on that has no place there this is no name.
    pub(crate) fn push(&mut self, letter: u8) {
        match self.letters.get_mut(usize::from(self.length)) {
            Some(place) if letter.is_ascii_graphic() => {
                *place = letter;
                self.length += 1;
            }
            _ => self.length = Name::IS_NONE,
        }
    }

    pub(crate) fn in_capitals(mut self) -> Self {
        self.letters.make_ascii_uppercase();
        self
    }

    /// The name, if it is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        let letters = self.letters.get(..usize::from(self.length))?;
        str::from_utf8(letters).ok().filter(|text| !text.is_empty())
    }
}

impl fmt::Write for Name {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.bytes() {
            self.push(letter);
        }
        Ok(())
    }
}

impl From<fmt::Arguments<'_>> for Name {
    fn from(text: fmt::Arguments<'_>) -> Self {
        let mut name = Name::EMPTY;
        // A name takes all that is written.
        let _ = fmt::write(&mut name, text);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_or_too_long_or_cannot_be_seen_is_no_name() {
        for text in [&[b'a'; 32][..], &[b'a'; 300], b"a b", b"\xff", b""] {
            assert_eq!(Name::new(text).as_str(), None);
        }
        assert_eq!(Name::new(&[b'a'; 31]).in_capitals().as_str(), Some(&*"A".repeat(31)));
    }
}
