//! The names in the path of a request.

use std::collections::BTreeMap;
use std::fmt::Display;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use chaosgate::Direction;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Native;
use super::refusal::Refusal;

/// The names in the path of a request.
pub(super) struct Names(BTreeMap<String, String>);

impl FromRequestParts<Native> for Names {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, native: &Native) -> Result<Self, Refusal> {
        let names = Path::from_request_parts(parts, native).await;
        // Nothing has a name that is no text.
        let unknown = |_| Refusal::UnknownPath { path: parts.uri.path().to_owned() };
        names.map(|Path(names)| Names(names)).map_err(unknown)
    }
}

impl Names {
    pub(super) fn gate(&self) -> &str {
        self.name("gate")
    }

    pub(super) fn fault(&self) -> &str {
        self.name("fault")
    }

    pub(super) fn direction(&self) -> Result<Direction, Refusal> {
        let name = self.name("direction");
        let found = Direction::BOTH.into_iter().find(|direction| direction.as_str() == name);
        found.ok_or_else(|| Refusal::NoSuch {
            what: "direction",
            name: name.to_owned(),
            known: Direction::BOTH.iter().map(ToString::to_string).collect(),
        })
    }

    /// The number of a connection. Nothing has one that is none.
    pub(super) fn number(&self) -> Result<u64, Refusal> {
        let no = |_| Refusal::NoSuch {
            what: "connection",
            name: self.name("number").to_owned(),
            known: Vec::new(),
        };
        self.name("number").parse().map_err(no)
    }

    fn name(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }
}

/// A name as it stands in a path.
pub(super) fn in_path(name: &str) -> impl Display {
    const ESCAPED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(name, &ESCAPED)
}
