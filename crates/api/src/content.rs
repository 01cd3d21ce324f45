//! What bodies and answers are made of.

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Makes the schema of a type, or refers to it.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What a body or an answer is made of.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    /// Nothing.
    Nothing,
    /// JSON of this schema.
    Json(SchemaOf),
    /// A configuration: JSON of this schema, or the same in TOML or YAML.
    Document(SchemaOf),
    /// A list in JSON; or, for who accepts `text/event-stream`, a stream of what would be in it.
    Stream {
        /// The schema of the list.
        list: SchemaOf,
        /// The schema of one item.
        item: SchemaOf,
    },
    /// A text for people.
    Text,
}

impl Content {
    /// JSON of this type.
    pub(crate) const fn json<T: JsonSchema>() -> Self {
        Content::Json(schema_of::<T>)
    }

    /// A list of this type, or a stream.
    pub(crate) const fn stream<T: JsonSchema>() -> Self {
        Content::Stream { list: schema_of::<Vec<T>>, item: schema_of::<T> }
    }

    /// The media types that it has, the usual one first.
    pub fn media_types(self) -> &'static [&'static str] {
        match self {
            Content::Nothing => &[],
            Content::Json(_) => &["application/json"],
            Content::Document(_) => &["application/json", "application/toml", "application/yaml"],
            Content::Stream { .. } => &["application/json", "text/event-stream"],
            Content::Text => &["text/plain"],
        }
    }

    /// What makes its schema in one of its media types; `None` if it is a text.
    pub(crate) fn schema(self, media_type: &str) -> Option<SchemaOf> {
        match self {
            Content::Stream { item, .. } if media_type == "text/event-stream" => Some(item),
            Content::Json(of) | Content::Document(of) | Content::Stream { list: of, .. } => {
                Some(of)
            }
            Content::Nothing | Content::Text => None,
        }
    }
}

pub(crate) fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
