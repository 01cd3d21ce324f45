//! What kind of value a field takes, with its bounds.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::units::{ByteRate, ByteSize, Count, Numbers, Ratio, duration, whole_bytes_from};
use crate::{Clients, Pattern, Span};

/// A kind of value, with its bounds: both are values that it may have.
///
/// It is shown as its name in words, `byte size`, or as all that it may be, `fin, reset`. In JSON it
/// is an object with a `type`, whose bounds are written as in a fault: `{"type": "duration", "least":
/// "0s", "most": "365d"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(missing_docs, reason = "bounds, which all kinds have")]
pub enum ValueKind {
    /// A [`duration`].
    Duration {
        #[serde(with = "duration")]
        least: Duration,
        #[serde(with = "duration")]
        most: Duration,
    },
    /// A [`ByteSize`], or a [`NonZeroByteSize`](crate::units::NonZeroByteSize).
    ByteSize { least: ByteSize, most: ByteSize },
    /// A [`ByteRate`].
    ByteRate { least: ByteRate, most: ByteRate },
    /// A [`Ratio`].
    Ratio { least: Ratio, most: Ratio },
    /// A [`Count`].
    Count { least: Count, most: Count },
    /// [`Numbers`](crate::units::Numbers).
    Numbers,
    /// [`Clients`](crate::Clients).
    Clients,
    /// A [`Pattern`](crate::Pattern).
    Pattern,
    /// A [`Span`](crate::Span).
    Span,
    /// A text of so many characters.
    Text { least: usize, most: usize },
    /// `true` or `false`.
    Bool,
    /// One of a few names.
    OneOf {
        /// What they are the values of, which is the name of a type in Rust: `How`.
        name: String,
        /// All of them, in the order of that type.
        names: Vec<String>,
    },
}

impl ValueKind {
    /// One, as a person may write it; `None` where all are named.
    pub fn example(&self) -> Option<&'static str> {
        match self {
            ValueKind::Duration { .. } => Some(duration::EXAMPLE),
            ValueKind::ByteSize { .. } => Some(ByteSize::EXAMPLE),
            ValueKind::ByteRate { .. } => Some(ByteRate::EXAMPLE),
            ValueKind::Ratio { .. } => Some(Ratio::EXAMPLE),
            ValueKind::Count { .. } => Some(Count::EXAMPLE),
            ValueKind::Numbers => Some(Numbers::EXAMPLE),
            ValueKind::Clients => Some(Clients::EXAMPLE),
            ValueKind::Pattern => Some(Pattern::EXAMPLE),
            ValueKind::Span => Some(Span::EXAMPLE),
            ValueKind::Text { .. } => Some("slow"),
            ValueKind::Bool | ValueKind::OneOf { .. } => None,
        }
    }

    /// What it is written with; nothing for a bare number or a text, and where all are named.
    pub fn units(&self) -> &'static str {
        match self {
            ValueKind::Duration { .. } => "ns, us, ms, s, m, h, d; several add up: 1m 30s",
            ValueKind::ByteSize { .. } => {
                "B, kB, MB, GB, TB (of 1000), KiB, MiB, GiB, TiB (of 1024); none is bytes"
            }
            ValueKind::ByteRate { .. } => {
                "those of a byte size, per second: kB/s; or of bits: kbit/s, Mbit/s, Gbit/s"
            }
            ValueKind::Ratio { .. } => "%, or none",
            ValueKind::Count { .. }
            | ValueKind::Numbers
            | ValueKind::Clients
            | ValueKind::Pattern
            | ValueKind::Span
            | ValueKind::Text { .. }
            | ValueKind::Bool
            | ValueKind::OneOf { .. } => "",
        }
    }

    /// The bounds in words; `None` where all are named.
    pub fn bounds(&self) -> Option<String> {
        match self {
            ValueKind::Duration { least, most } => {
                Some(format!("{} to {}", duration::display(*least), duration::display(*most)))
            }
            // Up to all that fits into a number, whose digits nobody wants to read.
            ValueKind::ByteSize { least, .. } => Some(whole_bytes_from(least.get())),
            ValueKind::ByteRate { least, most } => Some(format!("{least} to {most}")),
            ValueKind::Ratio { least, most } => Some(format!("{least} to {most}")),
            ValueKind::Count { least, most } => Some(format!("{least} to {most}")),
            ValueKind::Numbers => Some("one from 1 on: 3; a row: 2..5; or every 3".to_owned()),
            ValueKind::Clients => {
                Some("a network: 10.0.0.0/8; an address; or a port from 1 to 65535".to_owned())
            }
            ValueKind::Pattern => {
                Some("a regular expression over bytes, which matches no empty text".to_owned())
            }
            ValueKind::Span => Some("rest; match; a size: 64KiB; or a time: 2s".to_owned()),
            ValueKind::Text { least, most } => Some(format!("{least} to {most} characters")),
            ValueKind::Bool | ValueKind::OneOf { .. } => None,
        }
    }

    /// All values, where they are few.
    pub fn choices(&self) -> Vec<&str> {
        match self {
            ValueKind::Bool => vec!["true", "false"],
            ValueKind::OneOf { names, .. } => names.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether this is one of the values, where they are few.
    pub(crate) fn allows(&self, value: &Value) -> bool {
        match self {
            ValueKind::Bool => value.is_boolean(),
            ValueKind::OneOf { names, .. } => names.iter().any(|name| value == name),
            _ => true,
        }
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValueKind::Duration { .. } => "duration",
            ValueKind::ByteSize { .. } => "byte size",
            ValueKind::ByteRate { .. } => "byte rate",
            ValueKind::Ratio { .. } => "ratio",
            ValueKind::Count { .. } => "count",
            ValueKind::Numbers => "numbers",
            ValueKind::Clients => "clients",
            ValueKind::Pattern => "pattern",
            ValueKind::Span => "span",
            ValueKind::Text { .. } => "text",
            ValueKind::Bool | ValueKind::OneOf { .. } => {
                return f.write_str(&self.choices().join(", "));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_shown_and_written_with_what_its_values_are() {
        let [least, most] = [1, u64::MAX].map(ByteSize::new);
        let size = ValueKind::ByteSize { least, most };
        assert_eq!((size.to_string().as_str(), size.choices()), ("byte size", vec![]));
        let written = json!({"type": "byte_size", "least": "1B", "most": "18446744073709551615B"});
        assert_eq!(serde_json::to_value(size).expect("data"), written);
        assert_eq!(ValueKind::Bool.to_string(), "true, false");
    }

    #[test]
    fn of_a_few_values_no_other_is_allowed() {
        let names = ["fin", "reset"].map(str::to_owned).to_vec();
        let how = ValueKind::OneOf { name: "How".to_owned(), names };
        assert!(how.allows(&json!("fin")) && !how.allows(&json!("rest")) && !how.allows(&json!(1)));
        let end = ValueKind::Bool;
        assert!(end.allows(&json!(true)) && !end.allows(&json!("true")));
    }
}
