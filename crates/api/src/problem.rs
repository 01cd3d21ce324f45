//! Why a call is refused, for programs and for people.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a call is refused: a problem document (RFC 9457). Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The kind as a URN.
    #[serde(rename = "type")]
    pub urn: String,
    /// The kind in words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What is wrong with this call, for people.
    pub detail: String,
    /// What kind of mistake it is: a word that stays, whatever the detail says.
    pub kind: String,
    /// What is to blame: the way to a value of the body, or the name of a parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What would be right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
    /// What was probably meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// All that is wrong with the body, in its order; the members above are those of the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mistakes: Vec<Mistake>,
}

/// What is wrong at one place of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mistake {
    /// The line, from 1 on.
    pub line: usize,
    /// The column, in characters from 1 on.
    pub column: usize,
    /// The way from the root to the value, such as `to_client[0].delay`; empty for the root.
    pub field: String,
    /// What is wrong, for people.
    pub detail: String,
    /// What kind of mistake it is.
    pub kind: String,
    /// What would be right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
    /// What was probably meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Problem {
    /// The media type of a problem document.
    pub const MEDIA_TYPE: &str = "application/problem+json";

    /// A problem of this kind.
    pub fn new(status: u16, kind: &str, detail: String) -> Self {
        Problem {
            urn: format!("urn:chaosgate:problem:{kind}"),
            title: kind.replace('_', " "),
            status,
            detail,
            kind: kind.to_owned(),
            field: None,
            bound: None,
            suggestion: None,
            mistakes: Vec::new(),
        }
    }
}
