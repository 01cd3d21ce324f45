//! A small number of things: `3`.

use std::fmt::{self, Display};

use serde::Serialize;
use serde_json::Value;

use super::UnitError;

/// A number of things, from 1 to 1000, such as the copies of a datagram.
///
/// It is written `"3"` or as the number `3`.
///
/// ```
/// use chaosgate_faults::units::Count;
///
/// let copies: Count = "3".parse()?;
/// assert_eq!(copies, Count::new(3)?);
/// # Ok::<(), chaosgate_faults::units::UnitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Count(u32);

impl Count {
    /// A single one.
    pub const ONE: Self = Self(1);

    /// So many.
    ///
    /// # Errors
    ///
    /// When `count` is not from 1 to 1000.
    pub fn new(count: u32) -> Result<Self, UnitError> {
        Self::checked(count.into()).ok_or_else(|| UnitError::Count(count.to_string()))
    }

    /// The number, from 1 to 1000.
    pub const fn get(self) -> u32 {
        self.0
    }

    fn checked(count: u64) -> Option<Self> {
        u32::try_from(count).ok().filter(|count| (1..=1000).contains(count)).map(Self)
    }

    fn read(written: &Value) -> Result<Self, UnitError> {
        match written.as_str() {
            Some(text) => text.parse().ok(),
            None => written.as_u64(),
        }
        .and_then(Self::checked)
        .ok_or_else(|| UnitError::Count(written.to_string()))
    }
}

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

read_from_text_and_json!(Count, {
    "description": "A number of things: 1 to 1000.",
    "type": ["integer", "string"],
    "minimum": 1,
    "maximum": 1000,
    "pattern": r"^[0-9]+$",
    "examples": [1, 3],
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_bounds_is_refused_with_the_bounds() {
        let message = "0 is no count: it must be a whole number from 1 to 1000";
        assert_eq!(Count::new(0).unwrap_err().to_string(), message);
        for text in ["0", "1001", "-1", "1.5", "", "many", "18446744073709551616"] {
            assert!(text.parse::<Count>().is_err(), "{text}");
        }
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        for written in ["1", "1000"] {
            assert_eq!(written.parse::<Count>().unwrap().to_string(), written);
        }
    }
}
