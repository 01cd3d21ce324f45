//! A part of a whole: `5%` or `0.05`.

use std::fmt::{self, Display};
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{KIND, UnitError, decimal, written};

/// A part of a whole, from 0 to 1, such as the odds of a fault.
///
/// It is written `"5%"`, `"0.05"` or as the number `0.05`, and shown as `0.05`.
///
/// ```
/// use chaosgate_faults::units::Ratio;
///
/// let odds: Ratio = "5%".parse()?;
/// assert_eq!(odds, Ratio::new(0.05)?);
/// # Ok::<(), chaosgate_faults::units::UnitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Ratio(f64);

impl Ratio {
    /// Nothing of the whole.
    pub const ZERO: Self = Self(0.0);
    /// All of the whole.
    pub const ONE: Self = Self(1.0);
    /// One, as a person may write it.
    pub const EXAMPLE: &'static str = "5%";

    /// The ratio of this value.
    ///
    /// # Errors
    ///
    /// When `value` is not from 0 to 1.
    pub fn new(value: f64) -> Result<Self, UnitError> {
        value.try_into()
    }

    /// The value, from 0 to 1.
    pub const fn get(self) -> f64 {
        self.0
    }

    fn checked(value: f64) -> Option<Self> {
        // `abs` makes -0 the same as 0, in its hash and its text too.
        (Self::ZERO.0..=Self::ONE.0).contains(&value).then_some(Self(value.abs()))
    }

    pub(super) fn bounds() -> String {
        written::between(Self::ZERO, Self::ONE, Self::EXAMPLE)
    }

    fn read(written: &Value) -> Result<Self, UnitError> {
        match written.as_str() {
            Some(text) => parse(text),
            None => written.as_f64(),
        }
        .and_then(Self::checked)
        .ok_or_else(|| UnitError::Ratio(written.to_string()))
    }
}

fn parse(text: &str) -> Option<f64> {
    match decimal::split(text) {
        (number, "") => number.parse().ok(),
        // An exponent is exact, where a division by 100 would round twice.
        (number, "%") => format!("{number}e-2").parse().ok(),
        _ => None,
    }
}

// Without NaN, equality is total.
impl Eq for Ratio {}

impl Hash for Ratio {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Serialize for Ratio {
    /// As a number, without a fraction where it has none: `1`, and not `1.0`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::ZERO || *self == Self::ONE {
            serializer.serialize_u8(u8::from(*self == Self::ONE))
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

made_of_numbers!(
    Ratio,
    |digits: &str| digits.parse().ok().and_then(Ratio::checked),
    f64,
    i32,
    i64,
    u32,
    u64,
    usize
);
read_from_text_and_json!(Ratio, {
    "description": "A part of a whole: 0 to 1, or 0% to 100%.",
    "type": ["number", "string"],
    "minimum": Self::ZERO,
    "maximum": Self::ONE,
    "pattern": r"^[0-9]+(\.[0-9]+)? *%?$",
    "examples": [0.05, Self::EXAMPLE],
    (KIND): { "type": "ratio", "least": Self::ZERO, "most": Self::ONE },
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_percentage_is_the_nearest_float() {
        for (text, value) in [("5%", 0.05), ("0.7 %", 0.007), ("100%", 1.0), ("0.05", 0.05)] {
            assert_eq!(text.parse(), Ratio::new(value), "{text}");
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_with_the_bounds() {
        assert_eq!(
            Ratio::new(7.0).unwrap_err().to_string(),
            "7 is no ratio: it must be between 0 and 1, such as \"5%\""
        );
        for text in ["-5%", "101%", "1.01", "nan", "inf", "%", "", "half"] {
            assert!(text.parse::<Ratio>().is_err(), "{text}");
        }
        for value in [f64::NAN, f64::INFINITY, -f64::MIN_POSITIVE] {
            assert!(Ratio::new(value).is_err(), "{value}");
        }
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(Ratio::new(-0.0).unwrap().to_string(), "0");
    }

    #[test]
    fn all_and_nothing_are_written_without_a_fraction() {
        for (ratio, written) in [(Ratio::ONE, "1"), (Ratio::ZERO, "0"), (Ratio(0.5), "0.5")] {
            assert_eq!(serde_json::to_string(&ratio).unwrap(), written);
        }
    }

    proptest! {
        #[test]
        fn the_display_parses_back(value in 0.0..=1.0) {
            let ratio = Ratio::new(value).unwrap();
            prop_assert_eq!(ratio.to_string().parse(), Ok(ratio));
        }
    }
}
