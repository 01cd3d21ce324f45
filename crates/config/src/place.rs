//! A value of a document, and the path to it.

use std::ops::Range;

use crate::error::Problem;
use crate::node::{Content, Node};
use crate::reason::Reason;

/// A value of a document, and the path to it.
#[derive(Debug)]
pub(crate) struct Place<'d> {
    pub(crate) node: &'d Node,
    pub(crate) path: String,
    /// What stands for it as a whole: its key, or where it begins.
    pub(crate) head: Range<usize>,
}

impl<'d> Place<'d> {
    pub(crate) fn root(node: &'d Node) -> Self {
        Place { node, path: String::new(), head: node.span.start..node.span.start }
    }

    /// The members of an object with their keys; `None` if it is none.
    pub(crate) fn members(&self) -> Option<impl Iterator<Item = (&'d str, Place<'d>)> + use<'d>> {
        let Content::Object(members) = &self.node.content else { return None };
        let path = self.path.clone();
        Some(members.iter().map(move |member| {
            let (node, head) = (&member.value, member.key_span.clone());
            (member.key.as_str(), Place { node, path: step(&path, &member.key), head })
        }))
    }

    /// The member of an object under this key, if there is one.
    pub(crate) fn member(&self, key: &str) -> Option<Place<'d>> {
        self.members()?.find(|(own, _)| *own == key).map(|(_, place)| place)
    }

    /// The items of a list; `None` if it is none.
    pub(crate) fn items(&self) -> Option<impl ExactSizeIterator<Item = Place<'d>> + use<'d>> {
        let Content::List(items) = &self.node.content else { return None };
        let path = self.path.clone();
        Some(items.iter().enumerate().map(move |(number, node)| Place {
            node,
            path: format!("{path}[{number}]"),
            head: node.span.clone(),
        }))
    }

    /// The place that a pointer of JSON (RFC 6901) leads to from here, as far as it leads.
    pub(crate) fn follow(self, pointer: &str) -> Self {
        let steps =
            pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
        let mut place = self;
        for step in steps {
            let item = || place.items()?.nth(step.parse().ok()?);
            let member = || {
                let in_any_case = |(key, _): &(&str, _)| key.eq_ignore_ascii_case(&step);
                place.member(&step).or_else(|| place.members()?.find(in_any_case).map(|(_, it)| it))
            };
            match item().or_else(member) {
                Some(further) => place = further,
                None => break,
            }
        }
        place
    }

    /// What stands for the value: itself, if it is in one line as a rule; or its key, or where it begins.
    pub(crate) fn whole(&self) -> Range<usize> {
        match self.node.content {
            Content::Scalar(_) => self.node.span.clone(),
            Content::List(_) | Content::Object(_) => self.head.clone(),
        }
    }

    /// That the value is wrong.
    pub(crate) fn refuse(&self, reason: Reason) -> Problem {
        self.refuse_at(self.node.span.clone(), reason)
    }

    /// That something is wrong with it at another place, such as its key.
    pub(crate) fn refuse_at(&self, span: Range<usize>, reason: Reason) -> Problem {
        Problem { span, path: self.path.clone(), reason }
    }
}

/// The path one step further. A key that could be misread is in quotes.
fn step(path: &str, key: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let dot = if path.is_empty() { "" } else { "." };
    if !key.is_empty() && key.chars().all(is_plain) {
        format!("{path}{dot}{key}")
    } else {
        format!("{path}{dot}{key:?}")
    }
}
