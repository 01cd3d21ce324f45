//! What a request has: names in its path, and a body, within its limits.

use axum::body::to_bytes;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use super::Dialect;
use super::body::{self, BodyError};
use super::error::ApiError;

/// The names in the path of a request. Nothing has a name that is no text.
pub(super) struct Names<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Dialect> for Names<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, dialect: &Dialect) -> Result<Self, ApiError> {
        match Path::from_request_parts(parts, dialect).await {
            Ok(Path(names)) => Ok(Names(names)),
            Err(PathRejection::FailedToDeserializePathParams(error))
                if is_of_toxic(error.kind()) =>
            {
                Err(ApiError::ToxicNotFound)
            }
            Err(_) => Err(ApiError::ProxyNotFound),
        }
    }
}

fn is_of_toxic(error: &ErrorKind) -> bool {
    matches!(error, ErrorKind::InvalidUtf8InPathParam { key } if key == "toxic")
}

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
