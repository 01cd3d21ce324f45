//! Why a call is refused.

use axum::http::{Method, StatusCode};
use chaosgate::{AcceptingError, ListError, StartError};
use chaosgate_config::ConfigError;
use chaosgate_faults::suggestion::question;

use crate::body::Unread;
use crate::registry::ApplyError;

/// Why a call is refused. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("there is no {what} \"{name}\"{}", question(known.iter().map(String::as_str), name))]
    NoSuch { what: &'static str, name: String, known: Vec<String> },
    #[error("gate {name:?} has gone, or another has taken its place")]
    Gone { name: String },
    #[error("there is no path {path}: all are in /api/v1/openapi.json")]
    UnknownPath { path: String },
    #[error("{method} is no method of {path}: those of it are in the field Allow")]
    WrongMethod { method: Method, path: String },
    #[error("the type of the body is {given}: it must be {}, as with curl --json", known.join(" or "))]
    MediaType { given: String, known: &'static [&'static str] },
    #[error("the query has no \"{name}\"{}", question(known.iter().copied(), name))]
    UnknownParameter { name: String, known: Vec<&'static str> },
    #[error("{name}={value} is wrong: it must be {bound}")]
    Parameter { name: &'static str, value: String, bound: String },
    #[error("the body has not come within the time limit")]
    Late,
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the body has ended too early, or is not in the chunks that it was said to be in")]
    CutOff,
    #[error("the body is no UTF-8")]
    NoText,
    #[error(transparent)]
    Document(#[from] ConfigError),
    #[error("the name in the body is {given:?}: it must be {name:?}, as in the path, or left out")]
    OtherName { given: String, name: String },
    #[error("there is a gate named {name:?} already")]
    GateExists { name: String },
    #[error("{name} is no more what If-Match says: read it again, and decide anew")]
    Changed { name: String },
    #[error("{direction} has {most} faults already, and no room for another")]
    Full { direction: &'static str, most: usize },
    #[error(transparent)]
    List(#[from] ListError),
    #[error(transparent)]
    Apply(#[from] ApplyError),
    #[error("gate {gate}: {source}")]
    Accepting { gate: String, source: AcceptingError },
    #[error("missing or invalid token: a call must have the field Authorization: Bearer TOKEN")]
    Unauthorized,
    #[error("no page in a browser may call: the User-Agent is that of one")]
    Browser,
    #[error("the server is ending")]
    Ending,
}

impl From<Unread> for Refusal {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Late => Refusal::Late,
            Unread::TooLarge { limit } => Refusal::TooLarge { limit },
            Unread::CutOff => Refusal::CutOff,
        }
    }
}

impl Refusal {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Refusal::NoSuch { .. } | Refusal::Gone { .. } | Refusal::UnknownPath { .. } => {
                StatusCode::NOT_FOUND
            }
            Refusal::WrongMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::MediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refusal::Late => StatusCode::REQUEST_TIMEOUT,
            Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::UnknownParameter { .. }
            | Refusal::Parameter { .. }
            | Refusal::CutOff
            | Refusal::NoText
            | Refusal::Document(_)
            | Refusal::OtherName { .. } => StatusCode::BAD_REQUEST,
            Refusal::GateExists { .. }
            | Refusal::Full { .. }
            | Refusal::List(_)
            | Refusal::Accepting { .. }
            | Refusal::Apply(ApplyError::Start { source: StartError::Listen { .. }, .. }) => {
                StatusCode::CONFLICT
            }
            Refusal::Changed { .. } => StatusCode::PRECONDITION_FAILED,
            Refusal::Unauthorized => StatusCode::UNAUTHORIZED,
            Refusal::Browser => StatusCode::FORBIDDEN,
            Refusal::Apply(ApplyError::Closed) | Refusal::Ending => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::Apply(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// What kind of mistake it is: a word that stays.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Refusal::NoSuch { .. } | Refusal::Gone { .. } => "not_found",
            Refusal::UnknownPath { .. } => "unknown_path",
            Refusal::WrongMethod { .. } => "wrong_method",
            Refusal::MediaType { .. } => "wrong_media_type",
            Refusal::UnknownParameter { .. } => "unknown_parameter",
            Refusal::Parameter { .. } | Refusal::OtherName { .. } => "wrong_value",
            Refusal::Late => "late",
            Refusal::TooLarge { .. } => "too_long",
            Refusal::CutOff => "cut_off",
            Refusal::NoText => "no_text",
            Refusal::Document(error) => {
                error.mistakes.first().map_or("syntax", |mistake| mistake.reason.kind())
            }
            Refusal::GateExists { .. } | Refusal::List(ListError::NameTaken { .. }) => "name_taken",
            Refusal::Changed { .. } => "changed",
            Refusal::Full { .. } => "full",
            Refusal::Unauthorized => "unauthorized",
            Refusal::Browser => "browser",
            Refusal::Apply(ApplyError::Closed) | Refusal::Ending => "ending",
            Refusal::List(_) | Refusal::Apply(_) | Refusal::Accepting { .. } => "impossible",
        }
    }
}
