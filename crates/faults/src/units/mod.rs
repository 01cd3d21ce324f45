//! The values of a fault that are written with a unit: `100ms`, `64KiB`, `1MB/s`, `5%`.
//!
//! They are read once, where they enter, into types that cannot hold a wrong value. Whatever does
//! not fit is refused with a [`UnitError`], which names the value and the bounds.

#[macro_use]
mod written;

mod byte_rate;
mod byte_size;
mod byte_unit;
mod count;
mod decimal;
pub mod duration;
mod numbers;
mod ratio;

use std::convert::Infallible;

pub use byte_rate::ByteRate;
pub(crate) use byte_size::whole_bytes_from;
pub use byte_size::{ByteSize, NonZeroByteSize};
pub use count::Count;
pub use numbers::Numbers;
pub use ratio::Ratio;
pub(crate) use written::KIND;

/// Why a value was refused; the message is written for whoever wrote the value.
///
/// Each variant holds the value as it was written in JSON, so a text is in quotes.
///
/// ```
/// use chaosgate_faults::units::Ratio;
///
/// let refused = "500%".parse::<Ratio>().unwrap_err();
/// assert_eq!(refused.to_string(), r#""500%" is no ratio: it must be between 0 and 1, such as "5%""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// Not a [`duration`], or one out of bounds.
    #[error("{0} is no duration: it must be {bounds}", bounds = duration::bounds())]
    Duration(String),
    /// A number that could be a [`duration`] in seconds or in milliseconds.
    #[error("{0} has no unit: a duration is {bounds}", bounds = duration::bounds())]
    DurationWithoutUnit(String),
    /// Not a [`ByteSize`], or one out of bounds.
    #[error("{0} is no byte size: it must be {bounds}", bounds = ByteSize::bounds())]
    ByteSize(String),
    /// Not a [`NonZeroByteSize`], or one out of bounds.
    #[error("{0} is no byte size: it must be {bounds}", bounds = NonZeroByteSize::bounds())]
    NonZeroByteSize(String),
    /// Not a [`ByteRate`], or one out of bounds.
    #[error("{0} is no byte rate: it must be {bounds}", bounds = ByteRate::bounds())]
    ByteRate(String),
    /// A number that could be a [`ByteRate`] in bits, bytes or kilobytes.
    #[error("{0} has no unit: a byte rate is {bounds}", bounds = ByteRate::bounds())]
    ByteRateWithoutUnit(String),
    /// The size of a [`ByteRate`] without the time that it takes.
    #[error("{written} has no \"/s\": did you mean \"{per_second}\"?")]
    ByteRateWithoutTime {
        /// As it was written in JSON.
        written: String,
        /// The rate that was probably meant.
        per_second: String,
    },
    /// Not a [`Count`], or one out of bounds.
    #[error("{0} is no count: it must be a whole number from {least} to {most}", least = Count::ONE, most = Count::MOST)]
    Count(String),
    /// Not [`Numbers`], or there is none among them.
    #[error(
        "{0} is none of these numbers: it must be one from 1 on, such as 3, a row such as \"2..5\", or \"every 3\""
    )]
    Numbers(String),
    /// Not a [`Ratio`], or one out of bounds.
    #[error("{0} is no ratio: it must be {bounds}", bounds = Ratio::bounds())]
    Ratio(String),
}

/// So that what takes whatever makes a value takes the value itself too.
impl From<Infallible> for UnitError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use schemars::{JsonSchema, schema_for};
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Debug, Serialize, Deserialize, JsonSchema)]
    struct Fault {
        #[serde(with = "duration")]
        #[schemars(schema_with = "duration::schema")]
        delay: Duration,
        #[serde(default, with = "duration::option")]
        #[schemars(schema_with = "duration::option::schema")]
        jitter: Option<Duration>,
        after: ByteSize,
        every: NonZeroByteSize,
        rate: ByteRate,
        odds: Ratio,
    }

    #[test]
    fn every_value_is_written_as_it_was_read() {
        let written = json!({
            "delay": "1.5s", "jitter": "20ms", "after": "0B", "every": "64KiB", "rate": "1MB/s", "odds": 0.05,
        });
        let fault: Fault = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(fault).unwrap(), written);
    }

    #[test]
    fn a_value_is_made_of_a_number_of_any_type_or_of_a_text() {
        for all in [Ratio::try_from(1), 1.0.try_into(), 1_u64.try_into(), "100%".try_into()] {
            assert_eq!(all, Ok(Ratio::ONE));
        }
        for rate in [ByteRate::try_from(1000), 1e3.try_into(), "1kB/s".try_into()] {
            assert_eq!(rate, ByteRate::new(1e3));
        }
    }

    #[test]
    fn a_number_is_refused_as_it_was_given() {
        let refused = [
            (Ratio::try_from(2).unwrap_err(), "2 is no ratio"),
            (Ratio::try_from(f64::NAN).unwrap_err(), "NaN is no ratio"),
            (ByteRate::try_from(-8).unwrap_err(), "-8 is no byte rate"),
            (NonZeroByteSize::try_from(-1).unwrap_err(), "-1 is no byte size"),
            (Count::try_from(u64::MAX).unwrap_err(), "18446744073709551615 is no count"),
        ];
        for (refused, says) in refused {
            assert!(refused.to_string().starts_with(says), "{refused}");
        }
    }

    #[test]
    fn a_refusal_is_the_unit_error_at_the_path_of_the_value() {
        let written = json!({ "delay": "-5ms" });
        let refused = serde_path_to_error::deserialize::<_, Fault>(written).unwrap_err();
        assert_eq!(refused.path().to_string(), "delay");
        assert_eq!(refused.inner().to_string(), duration::parse("-5ms").unwrap_err().to_string());
    }

    #[test]
    fn a_missing_and_a_null_option_are_none() {
        for jitter in ["", r#""jitter": null,"#] {
            let json = format!(
                r#"{{"delay": "0", {jitter} "after": 7, "every": 1, "rate": "1B/s", "odds": 1}}"#
            );
            let fault: Fault = serde_json::from_str(&json).unwrap();
            assert_eq!(fault.jitter, None);
        }
    }

    #[test]
    fn the_schema_describes_every_value() {
        let schema = schema_for!(Fault).to_value();
        assert_eq!(schema["properties"]["jitter"]["type"], json!(["string", "null"]));
        for name in ["ByteSize", "NonZeroByteSize", "ByteRate", "Ratio"] {
            let described = &schema["$defs"][name];
            assert!(
                described["description"].is_string()
                    && described["examples"].is_array()
                    && described[KIND].is_object(),
                "{name}"
            );
        }
        let bounds = |name: &str| ["minimum", "maximum"].map(|bound| &schema["$defs"][name][bound]);
        assert_eq!(bounds("NonZeroByteSize"), [&json!(1), &json!(u64::MAX)]);
        assert_eq!(bounds("Ratio"), [&json!(0), &json!(1)]);
    }
}
