//! The body of a request.

use axum::extract::{FromRequest, Request};
use chaosgate_config::Document;

use super::Native;
use super::checks::media_type;
use super::refusal::Refusal;
use crate::body;

/// The document that a body is.
pub(super) struct Given(pub(super) Document);

impl FromRequest<Native> for Given {
    type Rejection = Refusal;

    async fn from_request(request: Request, native: &Native) -> Result<Self, Refusal> {
        let name = match media_type(&request) {
            Some("application/toml") => "body.toml",
            Some("application/yaml") => "body.yaml",
            _ => "body.json",
        };
        let bytes = body::read(request.into_body(), &native.limits).await?;
        let text = str::from_utf8(&bytes).map_err(|_| Refusal::NoText)?;
        Ok(Given(Document::parse(name, text)?))
    }
}
