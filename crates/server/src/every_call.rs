//! What holds for every call, whatever interface it is of.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::token::Token;

/// The version of the program, which is shown in each answer.
pub(crate) const OWN_VERSION: &str = env!("CARGO_PKG_VERSION");

const REQUEST_ID: HeaderName = HeaderName::from_static("x-toxiproxy-request-id");
const VERSION: HeaderName = HeaderName::from_static("x-chaosgate-version");

/// Whom an interface answers.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// What a call has to show, if anything.
    pub(crate) token: Option<Token>,
    /// Refuses a call in the form of the interface, if it is to be refused; told whether it shows the token.
    pub(crate) refusal: fn(&Request, bool) -> Option<Response>,
}

/// Why a call was refused, for who writes the log: an extension of its answer.
#[derive(Debug, Clone)]
pub(crate) struct Refused(pub(crate) String);

/// Refuses who may not call, numbers the answer, and writes the call to the log.
pub(crate) async fn of_every_call(
    State(rules): State<Rules>,
    request: Request,
    next: Next,
) -> Response {
    let (id, method, url) = (next_id(), request.method().clone(), request.uri().clone());
    let handler = request.extensions().get::<MatchedPath>().cloned();
    let shows_token = rules.token.is_none_or(|token| token.is_shown_in(request.headers()));
    let mut response = match (rules.refusal)(&request, shows_token) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    let (status, handler) = (response.status().as_u16(), handler.as_ref().map(MatchedPath::as_str));
    if let Some(Refused(error)) = response.extensions().get() {
        tracing::info!(target: "chaosgate", %method, %url, status, error, "a call is refused");
    }
    tracing::debug!(target: "chaosgate", %method, %url, status, handler, request_id = id, "request");
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response.headers_mut().insert(VERSION, HeaderValue::from_static(OWN_VERSION));
    response
}

/// Unique among the calls of all processes.
fn next_id() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(rand::random);
    static CALLS: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}-{}", *PROCESS, CALLS.fetch_add(1, Ordering::Relaxed))
}
