//! Reading JSON by the rules of Toxiproxy, which are those of Go's decoder: the first value of a body
//! counts, names match in any case, `null` is as good as absent, and nothing is converted.

use serde_json::error::Category;
use serde_json::{Map, Value};

use super::warnings::{Warnings, step};

/// How much is shown of what is ignored.
const SHOWN: usize = 40;

/// Why a body cannot be read.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum BodyError {
    #[error("EOF")]
    Empty,
    #[error("unexpected EOF")]
    CutOff,
    #[error("{0}")]
    Syntax(String),
    #[error("{field} is {found} and not {wanted}")]
    WrongType { field: String, found: Value, wanted: &'static str },
    #[error("{field} must be {bounds}")]
    OutOfBounds { field: &'static str, bounds: &'static str },
}

impl BodyError {
    /// The same of what is no body of a request, and in no words of Go.
    pub(super) fn plainly(&self) -> String {
        match self {
            BodyError::Empty => "it is empty".to_owned(),
            BodyError::CutOff => "it ends in the middle of a value".to_owned(),
            other => other.to_string(),
        }
    }
}

/// The first value of a body. Of what stands behind it there is a warning.
pub(super) fn first_value(body: &[u8], warnings: &mut Warnings) -> Result<Value, BodyError> {
    let mut values = serde_json::Deserializer::from_slice(body).into_iter::<Value>();
    match values.next() {
        None => Err(BodyError::Empty),
        Some(Ok(value)) => {
            let rest = body[values.byte_offset()..].trim_ascii();
            if !rest.is_empty() {
                let begins = String::from_utf8_lossy(&rest[..rest.len().min(SHOWN)]);
                warnings.add("", format!("something follows the first value: {begins}"));
            }
            Ok(value)
        }
        Some(Err(error)) if error.classify() == Category::Eof => Err(BodyError::CutOff),
        Some(Err(error)) => Err(BodyError::Syntax(error.to_string())),
    }
}

/// The elements of an array; `null` has none.
pub(super) fn elements(value: Value) -> Result<Vec<Value>, BodyError> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(elements) => Ok(elements),
        found => Err(wrong_type("it", found, "an array")),
    }
}

/// An object that is being read, field by field.
#[derive(Debug)]
pub(super) struct Object(Map<String, Value>);

impl Object {
    /// The object that `value` is; `null` is an empty one.
    pub(super) fn new(value: Value) -> Result<Self, BodyError> {
        Object::named("it", value)
    }

    fn named(field: &str, value: Value) -> Result<Self, BodyError> {
        match value {
            Value::Null => Ok(Object(Map::new())),
            Value::Object(fields) => Ok(Object(fields)),
            found => Err(wrong_type(field, found, "an object")),
        }
    }

    /// Takes a field out: the one of exactly this name, or else one of this name in another case.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        let value = self.0.shift_remove(name).or_else(|| {
            let other = self.0.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
            self.0.shift_remove(&other)
        });
        value.filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, BodyError> {
        self.read(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn boolean(&mut self, name: &str) -> Result<Option<bool>, BodyError> {
        self.read(name, "true or false", Value::as_bool)
    }

    pub(super) fn integer(&mut self, name: &str) -> Result<Option<i64>, BodyError> {
        self.read(name, "a whole number of 64 bits", Value::as_i64)
    }

    pub(super) fn number(&mut self, name: &str) -> Result<Option<f64>, BodyError> {
        self.read(name, "a number", Value::as_f64)
    }

    pub(super) fn small_number(&mut self, name: &str) -> Result<Option<f32>, BodyError> {
        self.read(name, "a number of 32 bits", |value| {
            #[expect(clippy::cast_possible_truncation, reason = "that is what is asked for")]
            let narrowed = value.as_f64()? as f32;
            // What is too large becomes infinite.
            narrowed.is_finite().then_some(narrowed)
        })
    }

    pub(super) fn object(&mut self, name: &str) -> Result<Object, BodyError> {
        Object::named(name, self.take(name).unwrap_or_default())
    }

    /// The fields that nobody has taken.
    pub(super) fn left(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Says which fields nobody has taken of this, which is `what` and was given at this place; but for those
    /// that clients send for nothing.
    pub(super) fn warn_of_left(&self, at: &str, what: &str, but: &[&str], warnings: &mut Warnings) {
        for (field, _) in self.left().filter(|(field, _)| !but.contains(field)) {
            let says = format!("unknown field \"{field}\" of {what}");
            warnings.add(format!("{at}{}#", step(field)), says);
        }
    }

    fn read<T>(
        &mut self,
        name: &str,
        wanted: &'static str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, BodyError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        read(&value).map(Some).ok_or_else(|| wrong_type(name, value, wanted))
    }
}

fn wrong_type(field: &str, found: Value, wanted: &'static str) -> BodyError {
    BodyError::WrongType { field: field.to_owned(), found, wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Value, BodyError> {
        first_value(json.as_bytes(), &mut Warnings::default())
    }

    fn object(json: &str) -> Object {
        Object::new(read(json).expect("JSON")).expect("an object")
    }

    #[test]
    fn only_the_first_value_counts() {
        let mut object = object(r#"{"name": "a"} {"name": "b"} and what not"#);
        assert_eq!(object.text("name"), Ok(Some("a".to_owned())));
    }

    #[test]
    fn a_body_without_a_value_is_refused_as_in_go() {
        for (body, says) in [("", "EOF"), (" \n", "EOF"), ("{\"a\":", "unexpected EOF")] {
            assert_eq!(read(body).unwrap_err().to_string(), says, "{body}");
        }
        assert!(matches!(read("{a}"), Err(BodyError::Syntax(_))));
    }

    #[test]
    fn the_exact_name_goes_before_one_in_another_case() {
        let mut object = object(r#"{"NAME": "other", "name": "exact", "uPstream": "u"}"#);
        assert_eq!(object.text("name"), Ok(Some("exact".to_owned())));
        assert_eq!(object.text("upstream"), Ok(Some("u".to_owned())));
        assert_eq!(object.left().map(|(name, _)| name).collect::<Vec<_>>(), ["NAME"]);
    }

    #[test]
    fn null_is_as_good_as_absent() {
        let mut object = object(r#"{"name": null, "attributes": null}"#);
        assert_eq!(object.text("name"), Ok(None));
        assert_eq!(object.object("attributes").expect("an object").left().count(), 0);
        assert_eq!(Object::new(Value::Null).expect("an object").left().count(), 0);
    }

    #[test]
    fn a_whole_number_has_neither_a_fraction_nor_an_exponent_and_64_bits() {
        for wrong in ["1.5", "1.0", "1e3", "9223372036854775808", "\"1\"", "[1]", "true"] {
            let error = object(&format!("{{\"rate\": {wrong}}}")).integer("rate").unwrap_err();
            assert!(error.to_string().ends_with("not a whole number of 64 bits"), "{error}");
        }
        assert_eq!(object(r#"{"rate": -9223372036854775808}"#).integer("rate"), Ok(Some(i64::MIN)));
    }

    #[test]
    fn a_value_of_another_type_is_refused_by_name() {
        let error = object(r#"{"enabled": "true"}"#).boolean("enabled").unwrap_err();
        assert_eq!(error.to_string(), "enabled is \"true\" and not true or false");
        let error = Object::new(serde_json::json!([])).unwrap_err();
        assert_eq!(error.to_string(), "it is [] and not an object");
    }

    #[test]
    fn each_field_that_nobody_reads_is_a_warning() {
        let body = object(r#"{"dely": 1, "toxics": [], "enable": 1}"#);
        let mut warnings = Warnings::default();
        body.warn_of_left("/0", "proxy \"p\"", &["toxics"], &mut warnings);
        let (complaints, _) = warnings.into_complaints();
        let said: Vec<_> =
            complaints.iter().map(|one| (one.at.as_str(), one.says.as_str())).collect();
        assert_eq!(
            said,
            [
                ("/0/dely#", "unknown field \"dely\" of proxy \"p\""),
                ("/0/enable#", "unknown field \"enable\" of proxy \"p\""),
            ]
        );
    }
}
