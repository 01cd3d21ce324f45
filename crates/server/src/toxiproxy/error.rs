//! What Toxiproxy answers when it does not do what it was asked: the texts are part of its contract.

use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::body::BodyError;
use super::listen::ListenError;
use crate::body::Unread;
use crate::every_call::Refused;

/// Why a call has failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApiError {
    #[error("bad request body: {0}")]
    Body(#[from] BodyError),
    #[error("bad request body: it has not come within the time limit")]
    Late,
    #[error("bad request body: it is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("missing required field: {0}")]
    MissingField(&'static str),
    #[error("missing required field: {field} at proxy {number}")]
    MissingFieldOf { field: &'static str, number: usize },
    #[error("missing or invalid auth token")]
    Unauthorized,
    #[error("stream was invalid, can be either upstream or downstream")]
    InvalidStream,
    #[error("invalid toxic type")]
    InvalidToxicType,
    #[error("proxy not found")]
    ProxyNotFound,
    #[error("toxic not found")]
    ToxicNotFound,
    #[error("proxy already exists")]
    ProxyExists,
    #[error("toxic already exists")]
    ToxicExists,
    #[error("the server is ending, and takes no more proxies")]
    Ending,
    #[error(transparent)]
    Listen(#[from] ListenError),
}

impl From<Unread> for ApiError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Late => ApiError::Late,
            Unread::TooLarge { limit } => ApiError::TooLarge { limit },
            Unread::CutOff => BodyError::CutOff.into(),
        }
    }
}

impl ApiError {
    /// The same of what is no request, such as a file, and in no words of Go.
    pub(super) fn plainly(&self) -> String {
        match self {
            ApiError::Body(error) => error.plainly(),
            ApiError::InvalidStream => "its stream is neither upstream nor downstream".to_owned(),
            ApiError::InvalidToxicType => "its type is no type of a toxic".to_owned(),
            ApiError::MissingField(field) | ApiError::MissingFieldOf { field, .. } => {
                format!("{field} is missing")
            }
            ApiError::ToxicExists => "there is one of its name already".to_owned(),
            other => other.to_string(),
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            ApiError::Body(_)
            | ApiError::MissingField(_)
            | ApiError::MissingFieldOf { .. }
            | ApiError::InvalidStream
            | ApiError::InvalidToxicType => StatusCode::BAD_REQUEST,
            ApiError::Unauthorized => StatusCode::UNAUTHORIZED,
            ApiError::Late => StatusCode::REQUEST_TIMEOUT,
            ApiError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            ApiError::ProxyNotFound | ApiError::ToxicNotFound => StatusCode::NOT_FOUND,
            ApiError::ProxyExists | ApiError::ToxicExists => StatusCode::CONFLICT,
            ApiError::Ending => StatusCode::SERVICE_UNAVAILABLE,
            ApiError::Listen(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, error) = (self.status(), self.to_string());
        let mut line = json!({ "error": error, "status": status.as_u16() }).to_string();
        line.push('\n');
        let mut response = (status, [(CONTENT_TYPE, "application/json")], line).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Refused(error));
        response
    }
}
