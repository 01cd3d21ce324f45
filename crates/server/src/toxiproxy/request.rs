//! A request's body, within its limits.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde_json::Value;
use tokio::time::timeout;

use super::Dialect;
use super::body::{self, BodyError};
use super::error::ApiError;

/// The body of a request, whatever type it says it has.
pub(super) struct Body(Bytes);

impl Body {
    /// The JSON that it is.
    pub(super) fn value(&self) -> Result<Value, BodyError> {
        body::first_value(&self.0)
    }
}

impl FromRequest<Dialect> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, dialect: &Dialect) -> Result<Self, ApiError> {
        let limits = &dialect.limits;
        let body = to_bytes(request.into_body(), limits.body);
        match timeout(limits.arrival, body).await {
            Ok(Ok(bytes)) => Ok(Body(bytes)),
            // What else can fail is the connection, and then nobody hears of it.
            Ok(Err(_)) => Err(ApiError::TooLarge { limit: limits.body }),
            Err(_) => Err(ApiError::Late),
        }
    }
}
