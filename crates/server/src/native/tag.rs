//! That nobody overwrites what he has not seen: entity tags.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::refusal::Refusal;

/// A document, with the entity tag that it has.
pub(super) struct Tagged<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        ([(ETAG, tag(&self.0))], Json(self.0)).into_response()
    }
}

/// The entity tag of a document: it follows from what is written.
fn tag(document: &impl Serialize) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(document).unwrap_or_default().hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// Which tags a call names, of which the present one has to be one.
pub(super) struct IfMatch(HeaderMap);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(IfMatch(parts.headers.clone()))
    }
}

impl IfMatch {
    /// Whether what is there now, of this name, is what the call is about.
    pub(super) fn meets(&self, name: &str, now: Option<&impl Serialize>) -> Result<(), Refusal> {
        if !self.0.contains_key(IF_MATCH) {
            return Ok(());
        }
        let now = now.map(tag);
        let named = self.0.get_all(IF_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut named = named.flat_map(|list| list.split(',')).map(str::trim);
        match now {
            Some(now) if named.any(|tag| tag == now || tag == "*") => Ok(()),
            _ => Err(Refusal::Changed { name: name.to_owned() }),
        }
    }
}
