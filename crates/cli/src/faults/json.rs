//! The catalogue for machines.

use chaosgate::catalogue::{FieldInfo, KindInfo};
use serde_json::{Value, json};

use super::paragraphs;

/// An array with an object for each fault.
pub(super) fn array(kinds: &[KindInfo]) -> Value {
    kinds.iter().map(kind).collect()
}

fn kind(kind: &KindInfo) -> Value {
    json!({
        "name": kind.name,
        "summary": kind.summary(),
        "docs": text(&kind.docs),
        "fields": kind.fields.iter().map(field).collect::<Value>(),
        "example": kind.example,
    })
}

fn field(field: &FieldInfo) -> Value {
    json!({
        "name": field.name,
        "value": field.kind.to_string(),
        "kind": field.kind,
        "required": field.default.is_none(),
        "default": field.default,
        "docs": text(&field.docs),
    })
}

fn text(docs: &str) -> String {
    paragraphs(docs).collect::<Vec<_>>().join("\n\n")
}
