//! Up to where a fault acts, from where it has begun: `rest`, `match`, `64KiB`, `2s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use crate::units::{KIND, NonZeroByteSize, duration};

/// Up to where a fault acts, from where it has begun.
///
/// It is written `"rest"`, `"match"`, as a size such as `"64KiB"`, or as a time such as `"2s"`.
///
/// ```
/// use std::time::Duration;
/// use chaosgate_faults::Span;
///
/// let span: Span = "2s".parse()?;
/// assert_eq!(span, Span::Time(Duration::from_secs(2)));
/// # Ok::<(), chaosgate_faults::NoSpan>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Span {
    /// Up to the end of the connection.
    #[default]
    Rest,
    /// The bytes that its pattern matches, from the first to the last.
    Match,
    /// So many bytes.
    Size(NonZeroByteSize),
    /// So long.
    Time(Duration),
}

/// That a text is no [`Span`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is no span: it must be rest, match, a size such as \"64KiB\", or a time such as \"2s\""
)]
pub struct NoSpan(String);

impl Span {
    /// One, as a person may write it.
    pub const EXAMPLE: &'static str = "64KiB";

    fn read(written: &Value) -> Result<Self, NoSpan> {
        let refuse = || NoSpan(written.to_string());
        if let Ok(size) = NonZeroByteSize::deserialize(written) {
            return Ok(Span::Size(size));
        }
        match written.as_str().map(str::trim).ok_or_else(refuse)? {
            "rest" => Ok(Span::Rest),
            "match" => Ok(Span::Match),
            text => {
                let time = duration::parse(text).ok().filter(|time| !time.is_zero());
                time.map(Span::Time).ok_or_else(refuse)
            }
        }
    }
}

impl FromStr for Span {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        Span::read(&text.into())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Span::Rest => f.write_str("rest"),
            Span::Match => f.write_str("match"),
            Span::Size(size) => size.fmt(f),
            Span::Time(time) => duration::display(*time).fmt(f),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Span::read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Up to where a fault acts: the rest of the connection, what a pattern matches, a size or a time.",
            "type": ["integer", "string"],
            "minimum": 1,
            "examples": ["rest", "match", Span::EXAMPLE, "2s"],
            (KIND): { "type": "span" },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_it_was_read() {
        for written in ["rest", "match", "64KiB", "10B", "2s", "1.5ms"] {
            assert_eq!(written.parse::<Span>().expect(written).to_string(), written);
        }
        let ten = NonZeroByteSize::new(10).map(Span::Size);
        assert_eq!(serde_json::from_str(" 10").ok(), ten.ok(), "a number is bytes");
    }

    #[test]
    fn what_is_none_is_refused_with_what_it_may_be() {
        let message = "\"0s\" is no span: it must be rest, match, a size such as \"64KiB\", or a time such as \"2s\"";
        assert_eq!("0s".parse::<Span>().unwrap_err().to_string(), message);
        for text in ["", "0", "-1", "1.5", "all", "2 parsecs"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
