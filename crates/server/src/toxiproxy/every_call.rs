//! What holds for every call of the interface.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Extension;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{LOCATION, USER_AGENT};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{ApiError, Refused};
use super::{Dialect, OWN_VERSION};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-toxiproxy-request-id");
const VERSION: HeaderName = HeaderName::from_static("x-chaosgate-version");

/// Keeps browsers out and who has no token, numbers the answer, and writes the call to the log.
pub(super) async fn of_every_call(
    State(dialect): State<Dialect>,
    request: Request,
    next: Next,
) -> Response {
    let (id, method, url) = (next_id(), request.method().clone(), request.uri().clone());
    let handler = request.extensions().get::<MatchedPath>().cloned();
    let mut response = if is_browser(&request) {
        let refused = Extension(Refused("the user agent is that of a browser".to_owned()));
        (StatusCode::FORBIDDEN, refused, "User agent not allowed\n").into_response()
    } else if dialect.token.is_some_and(|token| !token.is_shown_in(request.headers())) {
        ApiError::Unauthorized.into_response()
    } else {
        next.run(request).await
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

/// HEAD is no method of any call, though it usually goes where GET does.
pub(super) async fn no_head(request: Request, next: Next) -> Response {
    if request.method() == Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    next.run(request).await
}

/// A path with doubled slashes is sent to the one that was meant; any other is unknown.
pub(super) async fn unknown_path(uri: Uri) -> Response {
    let clean = clean(uri.path());
    match HeaderValue::from_str(&clean) {
        Ok(location) if clean != uri.path() => {
            (StatusCode::MOVED_PERMANENTLY, [(LOCATION, location)]).into_response()
        }
        _ => (StatusCode::NOT_FOUND, "404 page not found\n").into_response(),
    }
}

fn clean(path: &str) -> String {
    let mut clean = path.to_owned();
    while clean.contains("//") {
        clean = clean.replace("//", "/");
    }
    clean
}

fn is_browser(request: &Request) -> bool {
    let agent = request.headers().get(USER_AGENT);
    agent.is_some_and(|agent| agent.as_bytes().starts_with(b"Mozilla/"))
}

/// Unique among the calls of all processes.
fn next_id() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(rand::random);
    static CALLS: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}-{}", *PROCESS, CALLS.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubled_slashes_are_cleaned() {
        assert_eq!(clean("///proxies//a"), "/proxies/a");
        assert_eq!(clean("/proxies/"), "/proxies/");
    }
}
