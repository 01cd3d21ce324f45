//! The notation of the command line: `latency:delay=100ms,jitter=10ms`.
//!
//! A value with a comma, an equals sign or a quote is written as a JSON string.

use std::fmt;

use serde_json::{Map, Value};

use crate::SpecError;

/// Reads `TYPE` or `TYPE:FIELD=VALUE,...` into an object with a `type`.
pub(crate) fn read(text: &str) -> Result<Map<String, Value>, SpecError> {
    let refuse =
        |reason: &str| SpecError::Syntax { text: format!("\"{text}\""), reason: reason.to_owned() };
    let (name, mut rest) = text.split_once(':').unwrap_or((text, ""));
    let name = name.trim();
    if name.is_empty() {
        return Err(refuse("it must begin with the type of a fault, as in latency:delay=100ms"));
    }
    let mut object = Map::new();
    while !rest.trim().is_empty() {
        let (field, after) = rest
            .split_once('=')
            .ok_or_else(|| refuse("its fields must be written name=value, with commas between"))?;
        let field = field.trim();
        let (value, after) = read_value(after).ok_or_else(|| {
            refuse(&format!(
                "the value of {field} must end with a quote, and then a comma or nothing"
            ))
        })?;
        if field == "type" || object.insert(field.to_owned(), value).is_some() {
            return Err(refuse(&format!("it gives the field {field} twice")));
        }
        rest = after;
    }
    object.insert("type".to_owned(), name.into());
    Ok(object)
}

/// The value at the beginning of `text`, and what follows its comma.
fn read_value(text: &str) -> Option<(Value, &str)> {
    let text = text.trim_start();
    if text.starts_with('"') {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let value = values.next()?.ok()?;
        let after = text.get(values.byte_offset()..)?.trim_start();
        let after = if after.is_empty() { after } else { after.strip_prefix(',')? };
        return Some((Value::String(value), after));
    }
    let (value, after) = text.split_once(',').unwrap_or((text, ""));
    let value = value.trim();
    // A number stays the text that was written: units are read from texts.
    Some((value.parse().map_or_else(|_| value.into(), Value::Bool), after))
}

/// Writes what [`read`] reads.
pub(crate) fn write(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    fields: &Map<String, Value>,
) -> fmt::Result {
    f.write_str(name)?;
    for (place, (field, value)) in fields.iter().enumerate() {
        f.write_str(if place == 0 { ":" } else { "," })?;
        write!(f, "{field}=")?;
        match value {
            Value::String(text) if is_plain(text) => f.write_str(text)?,
            other => write!(f, "{other}")?,
        }
    }
    Ok(())
}

/// Whether a text needs no quotes to be read as this very text.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.contains([',', '=', '"'])
        && text.parse::<bool>().is_err()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(text: &str) -> Value {
        Value::Object(read(text).expect(text))
    }

    #[test]
    fn a_type_alone_has_no_fields() {
        assert_eq!(object("stall"), json!({"type": "stall"}));
    }

    #[test]
    fn fields_follow_a_colon_with_commas_between() {
        let read = object("latency: delay=100ms, end=false,probability=0.5");
        assert_eq!(
            read,
            json!({"type": "latency", "delay": "100ms", "end": false, "probability": "0.5"})
        );
    }

    #[test]
    fn a_value_with_a_comma_is_a_json_string() {
        let read = object(r#"latency:name="a, \"b\" = c",delay=1s"#);
        assert_eq!(read, json!({"type": "latency", "name": "a, \"b\" = c", "delay": "1s"}));
    }

    #[test]
    fn what_is_no_field_is_refused_with_the_whole_text() {
        for text in ["", ":", "latency:delay", "latency:delay=1s,delay=2s", r#"latency:name="a"#] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.starts_with(&format!("\"{text}\" is no fault: ")), "{error}");
        }
    }
}
