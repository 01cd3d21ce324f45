//! The notation of the command line: `latency:delay=100ms,jitter=10ms`, or `latency:100ms,jitter=10ms`.
//!
//! A value with a comma, an equals sign or a quote is written as a JSON string.

use std::fmt;

use serde_json::{Map, Value};

use crate::SpecError;
use crate::kind_info::KindInfo;

/// Reads `TYPE`, `TYPE:FIELD=VALUE,...` or `TYPE:VALUE,FIELD=VALUE,...` into an object with a `type`. A value
/// that stands alone is that of the only field that must be given, if `find` knows the type and it has such.
pub(crate) fn read(
    text: &str,
    find: impl Fn(&str) -> Option<&'static KindInfo>,
) -> Result<Map<String, Value>, SpecError> {
    let refuse =
        |reason: &str| SpecError::Syntax { text: format!("\"{text}\""), reason: reason.to_owned() };
    let (name, mut rest) = text.split_once(':').unwrap_or((text, ""));
    let name = plain(name);
    if name.is_empty() {
        return Err(refuse("it must begin with the type of a fault, as in latency:delay=100ms"));
    }
    let kind = find(&name);
    let mut object = Map::new();
    while !rest.trim().is_empty() {
        let (field, after) = match (field_of(rest), kind) {
            (Some((field, after)), _) => (plain(field), after),
            // It is refused for its type.
            (None, None) => break,
            (None, Some(kind)) => {
                let sole = kind.sole_field().filter(|_| object.is_empty()).ok_or_else(|| {
                    refuse("its fields must be written name=value, with commas between")
                })?;
                (sole.name.clone(), rest)
            }
        };
        let (value, after) = read_value(after).ok_or_else(|| {
            refuse(&format!(
                "the value of {field} must end with a quote, and then a comma or nothing"
            ))
        })?;
        if field == "type" || object.insert(field.clone(), value).is_some() {
            return Err(refuse(&format!("it gives the field {field} twice")));
        }
        rest = after;
    }
    object.insert("type".to_owned(), name.into());
    Ok(object)
}

/// A name as it is known: a hyphen is as good as an underscore.
pub(crate) fn plain(name: &str) -> String {
    name.trim().replace('-', "_")
}

/// The name of a field at the beginning of `text`, and what follows its equals sign.
fn field_of(text: &str) -> Option<(&str, &str)> {
    let (field, after) = text.split_once('=')?;
    (!field.contains([',', '"'])).then_some((field, after))
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
    use crate::catalogue;

    fn object(text: &str) -> Value {
        Value::Object(read(text, catalogue::find).expect(text))
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
    fn a_value_alone_is_that_of_the_only_field_that_must_be_given() {
        for text in ["latency:100ms,jitter=1ms", r#"latency: "100ms" , jitter=1ms"#] {
            assert_eq!(object(text), json!({"type": "latency", "delay": "100ms", "jitter": "1ms"}));
        }
        assert_eq!(object("latenzy:100ms"), json!({"type": "latenzy"}), "refused for its type");
    }

    #[test]
    fn a_hyphen_in_a_name_is_an_underscore() {
        assert_eq!(
            object("limit-bytes:bytes=1,name=a-b"),
            json!({"type": "limit_bytes", "bytes": "1", "name": "a-b"})
        );
        assert_eq!(object("slice:max-wait=1s"), json!({"type": "slice", "max_wait": "1s"}));
    }

    #[test]
    fn a_value_with_a_comma_is_a_json_string() {
        let read = object(r#"latency:name="a, \"b\" = c",delay=1s"#);
        assert_eq!(read, json!({"type": "latency", "name": "a, \"b\" = c", "delay": "1s"}));
    }

    #[test]
    fn what_is_no_field_is_refused_with_the_whole_text() {
        for text in [
            "",
            ":",
            "stall:1s",
            "latency:delay=1s,2s",
            "latency:1s,delay=2s",
            r#"latency:name="a"#,
        ] {
            let error = read(text, catalogue::find).expect_err(text).to_string();
            assert!(error.starts_with(&format!("\"{text}\" is no fault: ")), "{error}");
        }
    }
}
