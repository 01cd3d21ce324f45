//! Reading TOML.

use std::ops::Range;

use serde_json::{Number, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue, Error};

use crate::error::Refusal;
use crate::node::{Content, Member, Node, deeper, given_twice, object};
use crate::reason::Reason;

/// What the parser says of a key that is there already.
const DUPLICATE: &str = "duplicate key";

/// The tree of a text.
///
/// # Errors
///
/// The first mistake.
pub(crate) fn read(text: &str) -> Result<Node, Refusal> {
    let table = DeTable::parse(text).map_err(|error| refuse(text, &error))?;
    let span = table.span();
    let content = members(table.into_inner(), deeper(0, &span)?)?;
    Ok(Node { content, span })
}

fn refuse(text: &str, error: &Error) -> Refusal {
    let span = error.span().unwrap_or_default();
    match text.get(span.clone()) {
        Some(key) if error.message() == DUPLICATE => given_twice(unquoted(key), span),
        _ => Refusal::new(span, Reason::Syntax(error.message().to_owned())),
    }
}

/// A key as it is meant.
fn unquoted(key: &str) -> String {
    match DeValue::parse(key).map(Spanned::into_inner) {
        Ok(DeValue::String(meant)) => meant.into_owned(),
        _ => key.to_owned(),
    }
}

fn node(value: Spanned<DeValue<'_>>, depth: usize) -> Result<Node, Refusal> {
    let span = value.span();
    let content = match value.into_inner() {
        DeValue::Table(table) => members(table, deeper(depth, &span)?)?,
        DeValue::Array(items) => {
            let depth = deeper(depth, &span)?;
            Content::List(
                items.into_iter().map(|item| node(item, depth)).collect::<Result<_, _>>()?,
            )
        }
        DeValue::String(text) => Content::Scalar(text.into()),
        DeValue::Boolean(truth) => Content::Scalar(truth.into()),
        DeValue::Integer(number) => Content::Scalar(integer(&number)),
        DeValue::Float(number) => Content::Scalar(float(number.as_str())),
        DeValue::Datetime(time) => Content::Scalar(time.to_string().into()),
    };
    Ok(Node { content, span })
}

fn members(table: DeTable<'_>, depth: usize) -> Result<Content, Refusal> {
    let member = |(key, value): (Spanned<_>, _)| {
        let key_span: Range<usize> = key.span();
        Ok(Member { key: String::from(key.into_inner()), key_span, value: node(value, depth)? })
    };
    object(table.into_iter().map(member).collect::<Result<_, _>>()?)
}

/// One beyond 64 bits is the nearest float, as in JSON.
fn integer(number: &DeInteger<'_>) -> Value {
    let (digits, radix) = (number.as_str(), number.radix());
    let positive = u64::from_str_radix(digits, radix).map(Value::from);
    let any = positive.or_else(|_| i64::from_str_radix(digits, radix).map(Value::from));
    any.unwrap_or_else(|_| float(digits))
}

/// `inf` and `nan` stay the texts that they are.
fn float(digits: &str) -> Value {
    let number = digits.parse().ok().and_then(Number::from_f64);
    number.map_or_else(|| digits.into(), Value::Number)
}
