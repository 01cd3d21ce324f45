//! What a document says, as a tree in which each value knows where it stands.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::Value;

use crate::error::Refusal;
use crate::reason::Reason;

/// A value of a document.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) content: Content,
    /// The bytes of the text that it takes.
    pub(crate) span: Range<usize>,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Content {
    /// Null, a truth value, a number or a text.
    Scalar(Value),
    List(Vec<Node>),
    Object(Vec<Member>),
}

/// A value under its key.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) key: String,
    /// The bytes of the text that the key takes.
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Node,
}

/// So many lists and objects may stand within each other.
const MOST_DEPTH: usize = 64;

/// The depth of what stands in a list or an object at `span`, which is itself at `depth`.
pub(crate) fn deeper(depth: usize, span: &Range<usize>) -> Result<usize, Refusal> {
    if depth < MOST_DEPTH {
        Ok(depth + 1)
    } else {
        Err(Refusal::new(span.clone(), Reason::TooDeep { most: MOST_DEPTH }))
    }
}

impl Node {
    /// The same without its places, the members of an object in their order.
    pub(crate) fn to_json(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => items.iter().map(Node::to_json).collect(),
            Content::Object(members) => {
                let pairs =
                    members.iter().map(|member| (member.key.clone(), member.value.to_json()));
                Value::Object(pairs.collect())
            }
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.content, Content::Scalar(Value::Null))
    }
}

/// The members of an object in their order.
///
/// # Errors
///
/// If two have one key.
pub(crate) fn object(members: Vec<Member>) -> Result<Content, Refusal> {
    let mut keys = HashSet::new();
    match members.iter().find(|member| !keys.insert(&member.key)) {
        None => Ok(Content::Object(members)),
        Some(again) => Err(given_twice(again.key.clone(), again.key_span.clone())),
    }
}

/// That a key is there already, where it comes the second time.
pub(crate) fn given_twice(key: String, span: Range<usize>) -> Refusal {
    Refusal::new(span, Reason::GivenTwice { key })
}
