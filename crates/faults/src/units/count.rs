//! A small number of things: `3`.

use std::fmt::{self, Display};

use serde::Serialize;
use serde_json::Value;

use super::{KIND, UnitError};

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
    /// As many as there may be: 1000.
    pub const MOST: Self = Self(1000);
    /// One, as a person may write it.
    pub const EXAMPLE: &'static str = "3";

    /// So many.
    ///
    /// # Errors
    ///
    /// When `count` is not from [`Count::ONE`] to [`Count::MOST`].
    pub fn new(count: u32) -> Result<Self, UnitError> {
        count.try_into()
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }

    fn checked(count: u64) -> Option<Self> {
        let count = Self(u32::try_from(count).ok()?);
        (Self::ONE..=Self::MOST).contains(&count).then_some(count)
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

made_of_numbers!(
    Count,
    |digits: &str| digits.parse().ok().and_then(Count::checked),
    i32,
    i64,
    u32,
    u64,
    usize
);
read_from_text_and_json!(Count, {
    "description": format!("A number of things: {} to {}.", Self::ONE, Self::MOST),
    "type": ["integer", "string"],
    "minimum": Self::ONE,
    "maximum": Self::MOST,
    "pattern": r"^[0-9]+$",
    "examples": [Self::ONE, Self::EXAMPLE],
    (KIND): { "type": "count", "least": Self::ONE, "most": Self::MOST },
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
