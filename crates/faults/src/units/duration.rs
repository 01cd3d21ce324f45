//! A [`Duration`] written as text: `100ms`, `1.5s`, `1m 30s`; at most [`MAX`].
//!
//! The units are `ns`, `us`, `ms`, `s`, `m`, `h` and `d`, and also `µs`, `sec` and `min`. The
//! module is for serde's `with` and for schemars' `schema_with`:
//!
//! ```
//! use chaosgate_faults::units::duration;
//! use std::time::Duration;
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Delay {
//!     #[serde(with = "duration")]
//!     #[schemars(schema_with = "duration::schema")]
//!     time: Duration,
//! }
//!
//! let delay: Delay = serde_json::from_str(r#"{ "time": "100ms" }"#)?;
//! assert_eq!(delay.time, Duration::from_millis(100));
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::fmt::{self, Display};
use std::time::Duration;

use serde_json::Value;

use super::{UnitError, decimal, written};

pub use json::{deserialize, option, schema, serialize};

mod json;

/// The longest duration that may be written: 365 days.
pub const MAX: Duration = Duration::from_hours(365 * 24);

/// One, as a person may write it.
pub const EXAMPLE: &str = "100ms";

/// In nanoseconds.
const UNITS: [(&str, u128); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Reads a duration; several terms, as in `1m 30s`, are added up.
///
/// # Errors
///
/// When it is malformed, negative, longer than [`MAX`], finer than a nanosecond, or a number
/// without a unit; only `0` needs none.
pub fn parse(text: &str) -> Result<Duration, UnitError> {
    read(&Value::from(text))
}

/// Shows a duration in the shortest form that [`parse`] reads back exactly: `100ms`, `1.5s`.
pub fn display(duration: Duration) -> impl Display {
    fmt::from_fn(move |f| f.pad(&decimal::shortest(duration.as_nanos(), UNITS)))
}

fn read(written: &Value) -> Result<Duration, UnitError> {
    let duration = written.as_str().and_then(sum);
    duration.ok_or_else(|| {
        written::refuse(written, UnitError::DurationWithoutUnit, UnitError::Duration)
    })
}

pub(super) fn bounds() -> String {
    written::between(display(Duration::ZERO), display(MAX), EXAMPLE)
}

fn sum(mut terms: &str) -> Option<Duration> {
    if terms == "0" {
        return Some(Duration::ZERO);
    }
    let mut nanos = 0_u128;
    loop {
        let (number, rest) = decimal::split(terms);
        let end = rest.find(|c: char| !c.is_alphabetic());
        let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
        nanos = nanos.checked_add(decimal::exact(number, unit(name)?)?)?;
        terms = rest.trim_start_matches(' ');
        if terms.is_empty() {
            break;
        }
    }
    let sum = Duration::from_nanos(nanos.try_into().ok()?);
    (sum <= MAX).then_some(sum)
}

fn unit(name: &str) -> Option<u128> {
    let name = match name {
        "µs" => "us",
        "sec" => "s",
        "min" => "m",
        name => name,
    };
    let mut units = UNITS.into_iter();
    units.find_map(|(unit, nanos)| (unit == name).then_some(nanos))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bare_number_is_refused_since_it_has_no_unit() {
        for json in [Value::from("5"), Value::from(5)] {
            let message = "has no unit: a duration is between 0s and 365d, such as \"100ms\"";
            let refused = read(&json).unwrap_err();
            assert_eq!(refused.to_string(), format!("{json} {message}"));
        }
        assert_eq!(parse("0"), Ok(Duration::ZERO));
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_with_the_bounds() {
        let message = "is no duration: it must be between 0s and 365d, such as \"100ms\"";
        for text in "-5ms,365d 1ns,0.5ns,18446744073709551615s 1000ms,,ms,1M,5 5ms".split(',') {
            let refused = parse(text).unwrap_err();
            assert_eq!(refused.to_string(), format!("{text:?} {message}"));
        }
        assert_eq!(parse("365d"), Ok(MAX));
    }

    #[test]
    fn the_terms_are_added_up() {
        for text in "90s,1m 30s,1min30sec,1.5m,90000 ms,90000000µs".split(',') {
            assert_eq!(parse(text), Ok(Duration::from_secs(90)), "{text}");
        }
    }

    #[test]
    fn the_display_is_the_shortest_form() {
        for text in ["0s", "100ms", "1.5s", "90s", "36h", "1d", "2.5us"] {
            assert_eq!(display(parse(text).unwrap()).to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn the_display_parses_back(nanos in 0..=MAX.as_nanos()) {
            let duration = Duration::from_nanos_u128(nanos);
            prop_assert_eq!(parse(&display(duration).to_string()), Ok(duration));
        }

        #[test]
        fn no_text_panics(text in "[0-9.]{0,45} ?[a-zµ-]{0,4}[0-9.]{0,45}[a-zµ]{0,3}") {
            let _ = parse(&text);
        }
    }
}
