//! What a request has: names in its path, and a body, within its limits.

use axum::body::Body as Incoming;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use super::Dialect;
use super::body::{self, BodyError};
use super::error::ApiError;
use super::warnings::Warnings;

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
        let limits = &dialect.limits;
        let body = collect(request.into_body(), limits.body);
        timeout(limits.arrival, body).await.unwrap_or(Err(ApiError::Late)).map(Body)
    }
}

async fn collect(mut body: Incoming, limit: usize) -> Result<Bytes, ApiError> {
    match Limited::new(&mut body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            // Who is still sending reads no answer.
            while body.frame().await.is_some_and(|frame| frame.is_ok()) {}
            Err(ApiError::TooLarge { limit })
        }
        // It has ended too early, or is not in the chunks that it was said to be in.
        Err(_) => Err(BodyError::CutOff.into()),
    }
}
