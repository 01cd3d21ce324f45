//! A document: a text, and the tree that it is.

use serde_json::Value;

use crate::error::{ConfigError, Problem, Refusal};
use crate::format::Format;
use crate::node::{Content, Node};
use crate::place::Place;
use crate::reason::Reason;
use crate::{json, toml, yaml};

/// A document in TOML, YAML or JSON, with the place of each of its values.
///
/// It is told by the extension of its name what it is written in, or by its shape if that is none of
/// `toml`, `yaml`, `yml` and `json`. It has at most 1 MiB, and at most 64 lists and objects stand within
/// each other. A key that an object has twice is an error. Of YAML, aliases and tags are refused, and a
/// second document in the same text.
#[derive(Debug)]
pub struct Document {
    name: String,
    text: String,
    pub(crate) root: Node,
}

impl Document {
    /// The longest text, in bytes.
    pub const MOST_BYTES: usize = 1 << 20;

    /// Reads a text. The name is that of its file, or what else errors are to call it.
    ///
    /// # Errors
    ///
    /// The first mistake of its syntax; see [`Reason`].
    pub fn parse(name: &str, text: &str) -> Result<Self, ConfigError> {
        let read = match Format::of(name, text) {
            _ if text.len() > Document::MOST_BYTES => Err(too_long()),
            Format::Toml => toml::read(text),
            Format::Yaml => yaml::read(text),
            Format::Json => json::read(text),
        };
        match read {
            Ok(root) => Ok(Document { name: name.to_owned(), text: text.to_owned(), root }),
            Err(refusal) => Err(ConfigError::new(name, text, vec![refusal.into()])),
        }
    }

    /// What errors call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a list, as that of Toxiproxy's proxies is, and so no [`Config`](crate::Config).
    pub fn is_list(&self) -> bool {
        matches!(self.root.content, Content::List(_))
    }

    /// What it says, without the places.
    pub fn to_json(&self) -> Value {
        self.root.to_json()
    }

    /// That it is wrong, for who has read it another way: what is said, each with the place that it is about,
    /// a pointer as in JSON (RFC 6901), which ends in `#` if it is about the key. Where it leads nowhere the last
    /// value counts that it comes by; keys are found in any case.
    pub fn refuse_at<'a>(
        &self,
        mistakes: impl IntoIterator<Item = (&'a str, String)>,
    ) -> ConfigError {
        let problem = |(pointer, says): (&str, String)| {
            let (way, is_of_key) = match pointer.strip_suffix('#') {
                Some(way) => (way, true),
                None => (pointer, false),
            };
            let place = Place::root(&self.root).follow(way);
            let span = if is_of_key { place.head.clone() } else { place.whole() };
            place.refuse_at(span, Reason::Value(says))
        };
        self.refuse(mistakes.into_iter().map(problem).collect())
    }

    /// That this is wrong with it.
    pub(crate) fn refuse(&self, problems: Vec<Problem>) -> ConfigError {
        ConfigError::new(&self.name, &self.text, problems)
    }
}

fn too_long() -> Refusal {
    Refusal::new(0..0, Reason::TooLong { most: Document::MOST_BYTES })
}
