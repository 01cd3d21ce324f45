//! Reading JSON.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::Refusal;
use crate::node::{Content, Member, Node, deeper, object};
use crate::reason::Reason;

/// The tree of a text.
///
/// # Errors
///
/// The first mistake.
pub(crate) fn read(text: &str) -> Result<Node, Refusal> {
    // Other readers skip the mark that some editors begin a file with.
    let body = text.trim_start_matches('\u{feff}');
    let root = serde_json::from_str(body).map_err(|error| {
        let start = text.len() - body.len() + offset(body, error.line(), error.column());
        refuse(start..start, &error)
    })?;
    Text(text).node(root, 0)
}

/// The text that all raw values are parts of, which is how their places are known.
#[derive(Clone, Copy)]
struct Text<'d>(&'d str);

impl<'d> Text<'d> {
    fn node(self, raw: &'d RawValue, depth: usize) -> Result<Node, Refusal> {
        let span = self.span(raw);
        let content = match raw.get().as_bytes() {
            [b'[', ..] => {
                let (items, depth) = (self.read::<Vec<_>>(raw)?, deeper(depth, &span)?);
                let items = items.into_iter().map(|item| self.node(item, depth));
                Content::List(items.collect::<Result<_, _>>()?)
            }
            [b'{', ..] => {
                let (Pairs(pairs), depth) = (self.read(raw)?, deeper(depth, &span)?);
                let members = pairs.into_iter().map(|pair| self.member(pair, depth));
                object(members.collect::<Result<_, _>>()?)?
            }
            _ => Content::Scalar(self.read(raw)?),
        };
        Ok(Node { content, span })
    }

    fn member(
        self,
        (key, value): (&'d RawValue, &'d RawValue),
        depth: usize,
    ) -> Result<Member, Refusal> {
        let (key, key_span) = (self.read(key)?, self.span(key));
        Ok(Member { key, key_span, value: self.node(value, depth)? })
    }

    /// One level of a value. What can still be wrong with it is wrong with all of it: a number that is
    /// too large, half of a pair of surrogates.
    fn read<T: Deserialize<'d>>(self, raw: &'d RawValue) -> Result<T, Refusal> {
        serde_json::from_str(raw.get()).map_err(|error| refuse(self.span(raw), &error))
    }

    fn span(self, raw: &RawValue) -> Range<usize> {
        let start = raw.get().as_ptr().addr() - self.0.as_ptr().addr();
        start..start + raw.get().len()
    }
}

/// The members of an object as they stand there, also those with a key that another one has.
struct Pairs<'d>(Vec<(&'d RawValue, &'d RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

fn refuse(span: Range<usize>, error: &serde_json::Error) -> Refusal {
    let message = error.to_string();
    // Told by the place, and meant for the part of the text that was read.
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    Refusal::new(span, Reason::Syntax(message.to_owned()))
}

/// Where the parser was: it counts lines from 1 and the bytes of a line that it has read.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text.floor_char_boundary(before + column.saturating_sub(1))
}
