//! What a request has: names in its path, and a body, within its limits.

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Dialect;
use super::body::{self, BodyError};
use super::error::ApiError;
use super::warnings::Warnings;
use crate::body::read;

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
    pub(super) fn value(&self, warnings: &mut Warnings) -> Result<Value, BodyError> {
        body::first_value(&self.0, warnings)
    }
}

impl FromRequest<Dialect> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, dialect: &Dialect) -> Result<Self, ApiError> {
        Ok(Body(read(request.into_body(), &dialect.limits).await?))
    }
}
