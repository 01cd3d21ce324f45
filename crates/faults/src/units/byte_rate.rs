//! A number of bytes per second written as text: `1MB/s`, `64KiB/s`, `10B/s`, `8Mbit/s`.

use std::time::Duration;

use serde_json::Value;

use super::{KIND, UnitError, byte_unit, decimal, duration, written};

/// The unit of the field, so that 64 bits hold both bounds and no rate has to be a float.
const MICROS_PER_BYTE: u128 = 1_000_000;
const MICROS_PER_BIT: u128 = MICROS_PER_BYTE / 8;
const NANOS_PER_SECOND: u128 = 1_000_000_000;

/// A number of bytes per second, from 0.001 B/s to 1 TB/s, such as a bandwidth.
///
/// It is written `"1MB/s"`, `"64KiB/s"` or `"0.5B/s"`, or in bits, `"8Mbit/s"`, and kept to the millionth
/// of a byte per second, so that what is computed from it is exact. In a text neither a bare number nor a
/// lower case `b` is a rate, since both could mean bits; nor is `mbps`, which is megabytes to some tools.
/// A number in Rust is in bytes per second.
///
/// ```
/// use chaosgate_faults::units::ByteRate;
/// use std::time::Duration;
///
/// let rate: ByteRate = "1MB/s".parse()?;
/// assert_eq!(rate.time_for(1_000), Duration::from_millis(1));
/// assert_eq!(rate.bytes_in(Duration::from_secs(2)), 2_000_000);
/// # Ok::<(), chaosgate_faults::units::UnitError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteRate {
    /// From [`ByteRate::LEAST`] to [`ByteRate::MOST`].
    micros: u64,
}

impl ByteRate {
    /// The slowest: 0.001 B/s.
    pub const LEAST: Self = Self { micros: 1_000 };
    /// The fastest: 1 TB/s.
    pub const MOST: Self = Self { micros: 1_000_000_000_000_000_000 };
    /// One, as a person may write it.
    pub const EXAMPLE: &'static str = "64KiB/s";

    /// The rate of this many bytes per second.
    ///
    /// # Errors
    ///
    /// When it is not from [`ByteRate::LEAST`] to [`ByteRate::MOST`].
    pub fn new(bytes_per_second: f64) -> Result<Self, UnitError> {
        bytes_per_second.try_into()
    }

    /// The number of bytes per second.
    #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
    pub fn bytes_per_second(self) -> f64 {
        self.micros as f64 / MICROS_PER_BYTE as f64
    }

    /// The least time in which this many bytes pass, up to the next nanosecond; at most 365 days.
    pub fn time_for(self, bytes: u64) -> Duration {
        let micros = u128::from(bytes) * MICROS_PER_BYTE;
        let nanos = (micros * NANOS_PER_SECOND).div_ceil(self.micros.into());
        let time = u64::try_from(nanos).map_or(duration::MAX, Duration::from_nanos);
        time.min(duration::MAX)
    }

    /// The number of whole bytes that pass in this time; at most `u64::MAX`.
    pub fn bytes_in(self, time: Duration) -> u64 {
        let rate = u128::from(self.micros);
        // Apart, since the product of the rate and all the nanoseconds may not fit.
        let in_seconds = rate * u128::from(time.as_secs());
        let in_nanos = rate * u128::from(time.subsec_nanos()) / NANOS_PER_SECOND;
        u64::try_from((in_seconds + in_nanos) / MICROS_PER_BYTE).unwrap_or(u64::MAX)
    }

    fn checked(number: &str, unit: u128) -> Option<Self> {
        let micros = decimal::nearest(number, unit)?;
        let rate = Self { micros: u64::try_from(micros).ok()? };
        (Self::LEAST..=Self::MOST).contains(&rate).then_some(rate)
    }

    fn parse(text: &str) -> Option<Self> {
        let (number, name) = decimal::split(text);
        let name = name.strip_suffix("/s")?;
        let unit = match name.strip_suffix("bit") {
            Some(prefix) => byte_unit::bytes_in(&format!("{prefix}B"))? * MICROS_PER_BIT,
            None if name.ends_with('B') => byte_unit::bytes_in(name)? * MICROS_PER_BYTE,
            None => return None,
        };
        Self::checked(number, unit)
    }

    fn read(written: &Value) -> Result<Self, UnitError> {
        let text = written.as_str().unwrap_or_default();
        Self::parse(text).ok_or_else(|| {
            let per_second = format!("{text}/s");
            match Self::parse(&per_second) {
                Some(_) => {
                    UnitError::ByteRateWithoutTime { written: written.to_string(), per_second }
                }
                None => {
                    written::refuse(written, UnitError::ByteRateWithoutUnit, UnitError::ByteRate)
                }
            }
        })
    }

    pub(super) fn bounds() -> String {
        written::between(Self::LEAST, Self::MOST, Self::EXAMPLE)
    }

    fn text(self) -> String {
        let units = byte_unit::UNITS.map(|(name, bytes)| (name, bytes * MICROS_PER_BYTE));
        decimal::shortest(self.micros.into(), units) + "/s"
    }
}

write_as_text!(ByteRate);
// The decimals of a float are what its writer meant: 0.3, not 0.2999999999999999889.
made_of_numbers!(
    ByteRate,
    |digits| ByteRate::checked(digits, MICROS_PER_BYTE),
    f64,
    i32,
    i64,
    u32,
    u64,
    usize
);
read_from_text_and_json!(ByteRate, {
    "description": format!("A number of bytes per second, from {} to {}.", Self::LEAST, Self::MOST),
    "type": "string",
    "pattern": r"^[0-9]+(\.[0-9]+)? *([kKmMgGtT][iI]?)?(B|bit)/s$",
    "examples": [Self::EXAMPLE, "1MB/s"],
    (KIND): { "type": "byte_rate", "least": Self::LEAST, "most": Self::MOST },
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bare_number_is_refused_since_it_could_be_in_bits() {
        let message = "has no unit: a byte rate is between 0.001B/s and 1TB/s, such as \"64KiB/s\"";
        for json in [Value::from("100"), Value::from(100)] {
            let refused = ByteRate::read(&json).unwrap_err();
            assert_eq!(refused.to_string(), format!("{json} {message}"));
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_with_the_bounds() {
        let message = "is no byte rate: it must be between 0.001B/s and 1TB/s, such as \"64KiB/s\"";
        for text in
            ["-1B/s", "0B/s", "1.1TB/s", "1Mb/s", "1M/s", "1M", "1Bbit/s", "1mbps", "1Mibbit/s", ""]
        {
            let refused = text.parse::<ByteRate>().unwrap_err();
            assert_eq!(refused.to_string(), format!("{text:?} {message}"));
        }
        for rate in [-1.0, 0.000_999, 1.1e12, f64::MAX, f64::NAN, f64::INFINITY] {
            let refused = ByteRate::new(rate).unwrap_err();
            assert_eq!(refused.to_string(), format!("{rate} {message}"));
        }
    }

    #[test]
    fn a_size_is_refused_with_the_rate_that_was_meant() {
        for text in ["1MB", "1.5Kibit"] {
            let refused = text.parse::<ByteRate>().unwrap_err().to_string();
            let message = format!("\"{text}\" has no \"/s\": did you mean \"{text}/s\"?");
            assert_eq!(refused, message);
        }
    }

    #[test]
    fn eight_bits_are_a_byte() {
        for (bits, bytes) in [
            ("1bit/s", "0.125B/s"),
            ("1kbit/s", "125B/s"),
            ("1Mbit/s", "125kB/s"),
            ("2.5gbit/s", "312.5MB/s"),
            ("8Kibit/s", "1KiB/s"),
        ] {
            assert_eq!(bits.parse::<ByteRate>().unwrap().to_string(), bytes);
        }
    }

    #[test]
    fn the_display_is_the_shortest_form() {
        for text in ["0.001B/s", "1500B/s", "64KiB/s", "1.5MB/s", "1TB/s"] {
            assert_eq!(text.parse::<ByteRate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_time_saturates_at_365_days_and_the_bytes_at_the_largest_number() {
        let [slow, fast] = [0.001, 1e12].map(|rate| ByteRate::new(rate).unwrap());
        assert_eq!(slow.time_for(u64::MAX), duration::MAX);
        assert_eq!(fast.bytes_in(Duration::MAX), u64::MAX);
    }

    proptest! {
        #[test]
        fn the_display_parses_back(micros in ByteRate::LEAST.micros..=ByteRate::MOST.micros) {
            let rate = ByteRate { micros };
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }

        #[test]
        fn the_time_is_exact_to_the_nanosecond(micros in ByteRate::LEAST.micros..=ByteRate::MOST.micros, bytes in 1..=30_000_u64) {
            let rate = ByteRate { micros };
            let (time, nano) = (rate.time_for(bytes), Duration::from_nanos(1));
            prop_assert!(rate.bytes_in(time) >= bytes);
            prop_assert!(rate.bytes_in(time.saturating_sub(nano)) < bytes);
        }
    }
}
