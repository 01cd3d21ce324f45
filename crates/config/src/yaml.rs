//! Reading YAML: what of it is one tree of plain values.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput};
use serde_json::{Number, Value};

use crate::error::Refusal;
use crate::node::{Content, Member, Node, deeper, object};
use crate::reason::Reason;

/// The tree of a text; null if it is empty.
///
/// # Errors
///
/// The first mistake.
pub(crate) fn read(text: &str) -> Result<Node, Refusal> {
    let mut reader = Reader { parser: Parser::new_from_str(text), end: text.len() };
    let mut root = None;
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentEnd, _) => {}
            (Event::DocumentStart(..), span) if root.is_some() => {
                return Err(refuse(span, "a second document begins: there must be one"));
            }
            (Event::DocumentStart(..), _) => {
                let (event, span) = reader.next()?;
                root = Some(reader.node(event, span, 0)?);
            }
            (_, span) => {
                return Ok(root.unwrap_or(Node { content: Content::Scalar(Value::Null), span }));
            }
        }
    }
}

struct Reader<'d> {
    parser: Parser<'d, StrInput<'d>>,
    end: usize,
}

impl<'d> Reader<'d> {
    fn next(&mut self) -> Result<(Event<'d>, Range<usize>), Refusal> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, self.bytes(&span))),
            Some(Err(error)) => {
                let start = error.marker().byte_offset().unwrap_or(self.end);
                Err(refuse(start..start, &error.info()))
            }
            None => Ok((Event::StreamEnd, self.end..self.end)),
        }
    }

    fn bytes(&self, span: &Span) -> Range<usize> {
        span.byte_range().unwrap_or(self.end..self.end)
    }

    fn node(
        &mut self,
        event: Event<'d>,
        mut span: Range<usize>,
        depth: usize,
    ) -> Result<Node, Refusal> {
        let content = match event {
            Event::Scalar(text, ScalarStyle::Plain, _, None) => Content::Scalar(plain(&text)),
            Event::Scalar(text, _, _, None) => Content::Scalar(text.into()),
            Event::SequenceStart(_, _, None) => {
                let (depth, mut items) = (deeper(depth, &span)?, Vec::new());
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, end) => break span.end = end.end,
                        (event, span) => items.push(self.node(event, span, depth)?),
                    }
                }
                Content::List(items)
            }
            Event::MappingStart(_, _, None) => {
                let (depth, mut members) = (deeper(depth, &span)?, Vec::new());
                loop {
                    match self.next()? {
                        (Event::MappingEnd, end) => break span.end = end.end,
                        (event, span) => members.push(self.member(event, span, depth)?),
                    }
                }
                object(members)?
            }
            Event::Alias(_) => {
                return Err(refuse(span, "an alias cannot be read: write out what it stands for"));
            }
            _ => return Err(refuse(span, "a tag cannot be read: write the value without it")),
        };
        Ok(Node { content, span })
    }

    fn member(
        &mut self,
        key: Event<'d>,
        key_span: Range<usize>,
        depth: usize,
    ) -> Result<Member, Refusal> {
        let Event::Scalar(key, _, _, None) = key else {
            return Err(refuse(key_span, "this cannot be a key: it must be a text"));
        };
        let (event, span) = self.next()?;
        Ok(Member { key: key.into_owned(), key_span, value: self.node(event, span, depth)? })
    }
}

fn refuse(span: Range<usize>, reason: &str) -> Refusal {
    Refusal::new(span, Reason::Syntax(reason.to_owned()))
}

/// What is meant by a text without quotes: YAML 1.2, the core schema.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

/// What has no form in JSON, such as `.inf`, is none.
fn number(text: &str) -> Option<Number> {
    let whole = match text.split_at_checked(2) {
        Some(("0x", digits)) => u64::from_str_radix(digits, 16).ok(),
        Some(("0o", digits)) => u64::from_str_radix(digits, 8).ok(),
        _ => text.parse().ok(),
    };
    let whole = whole.map(Number::from).or_else(|| text.parse::<i64>().ok().map(Number::from));
    whole.or_else(|| text.parse().ok().and_then(Number::from_f64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_without_quotes_is_what_the_core_schema_says() {
        for (text, value) in [
            ("~", json!(null)),
            ("True", json!(true)),
            ("no", json!("no")),
            ("-7", json!(-7)),
            ("+7", json!(7)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("1e3", json!(1000.0)),
            (".5", json!(0.5)),
            (".inf", json!(".inf")),
            ("nan", json!("nan")),
            ("1_000", json!("1_000")),
            ("50ms", json!("50ms")),
            ("127.0.0.1:80", json!("127.0.0.1:80")),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
    }
}
