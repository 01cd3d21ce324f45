//! The number behind a sign, up to the end of its line.

use super::lost::malformed;
use crate::Lost;

/// The number behind a sign, as far as it has been read.
#[derive(Debug, Default)]
pub(super) struct Number {
    value: u64,
    digits: u8,
    first: Option<First>,
    is_complete: bool,
}

/// What may stand before the digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Minus,
    QuestionMark,
}

/// How many bytes or values follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Of(u64),
    /// `-1`: there is no value.
    Null,
    /// `?`: as many as come, up to one that says that it is the end.
    Unknown,
}

impl Number {
    /// No number has more: what is longer than a petabyte is none.
    const MOST_DIGITS: u8 = 15;

    /// Takes bytes off the front up to the end of the line, and tells what it says if that is there; then this is
    /// ready for the next one.
    pub(super) fn read(&mut self, bytes: &mut &[u8]) -> Result<Option<Count>, Lost> {
        while let [byte, rest @ ..] = *bytes {
            *bytes = rest;
            if *byte == b'\n' && self.is_complete {
                return std::mem::take(self).count().map(Some);
            }
            self.take(*byte)?;
        }
        Ok(None)
    }

    fn take(&mut self, byte: u8) -> Result<(), Lost> {
        match byte {
            _ if self.is_complete => return Err(malformed("a line feed behind a carriage return")),
            b'0'..=b'9' if self.digits < Self::MOST_DIGITS => {
                self.value = self.value * 10 + u64::from(byte - b'0');
                self.digits += 1;
            }
            b'-' if self.is_empty() => self.first = Some(First::Minus),
            b'?' if self.is_empty() => self.first = Some(First::QuestionMark),
            b'\r' => self.is_complete = true,
            _ => return Err(malformed("a number of up to 15 digits")),
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.digits == 0 && self.first.is_none()
    }

    fn count(self) -> Result<Count, Lost> {
        match (self.first, self.digits, self.value) {
            (None, 1.., value) => Ok(Count::Of(value)),
            (Some(First::Minus), 1.., 1) => Ok(Count::Null),
            (Some(First::QuestionMark), 0, _) => Ok(Count::Unknown),
            _ => Err(malformed("a number, -1 or ?")),
        }
    }
}
