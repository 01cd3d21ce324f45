//! What there is to know of a type of fault, read off its schema.

use schemars::Schema;
use serde_json::{Map, Value};

use crate::SpecError;
use crate::field_info::{FieldInfo, docs_of};
use crate::suggestion::question;

/// A type of fault.
#[derive(Debug, Clone, PartialEq)]
pub struct KindInfo {
    /// The name of the type, such as `latency`.
    pub name: &'static str,
    /// What it does: the first paragraph is a summary.
    pub docs: String,
    /// Its fields, in the order of the type.
    pub fields: Vec<FieldInfo>,
    /// One entry in the notation of the command line.
    pub example: &'static str,
}

impl KindInfo {
    pub(crate) fn new(name: &'static str, example: &'static str, schema: &Schema) -> Self {
        let (docs, fields) = (docs_of(schema.as_value()), FieldInfo::all_of(schema));
        KindInfo { name, docs, fields, example }
    }

    /// The first paragraph of the docs, on one line.
    pub fn summary(&self) -> String {
        self.docs.split("\n\n").next().unwrap_or_default().replace('\n', " ")
    }

    /// The field that must be given, if there is but one: on the command line its value may stand alone, as in
    /// `latency:100ms`.
    pub fn sole_field(&self) -> Option<&FieldInfo> {
        let mut required = self.fields.iter().filter(|field| field.default.is_none());
        required.next().filter(|_| required.next().is_none())
    }

    /// Whether `given` are fields of this fault and all that it needs; `beside` are those that have
    /// been taken out before. A value is checked if it is one of few; other types know their bounds themselves.
    pub(crate) fn check(
        &self,
        given: &Map<String, Value>,
        beside: &[FieldInfo],
    ) -> Result<(), SpecError> {
        let fault = self.name.to_owned();
        for (name, value) in given {
            let Some(field) = self.fields.iter().find(|field| field.name == *name) else {
                let known = self.fields.iter().chain(beside);
                let known: Vec<_> = known.map(|field| field.name.as_str()).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                let field = name.clone();
                return Err(SpecError::UnknownField { fault, field, known });
            };
            if !field.kind.allows(value) && !field.is_default(name, value) {
                let meant = question(field.kind.choices(), value.as_str().unwrap_or_default());
                let reason = format!("{value} is unknown: it must be one of {}{meant}", field.kind);
                return Err(SpecError::BadValue { fault, field: name.clone(), reason });
            }
        }
        let is_missing =
            |field: &&FieldInfo| field.default.is_none() && !given.contains_key(&field.name);
        match self.fields.iter().find(is_missing) {
            None => Ok(()),
            Some(field) => Err(SpecError::MissingField {
                fault,
                field: field.name.clone(),
                example: self.example.to_owned(),
            }),
        }
    }
}
