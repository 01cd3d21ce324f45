//! What is checked of a call before its handler.

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chaosgate_api::Route;

use super::query::Query;
use super::refusal::Refusal;
use crate::callers::is_browser;

/// Refuses browsers, and who has no token. How the server is may be asked by all.
pub(super) fn refusal(request: &Request, shows_token: bool) -> Option<Response> {
    if !request.uri().path().starts_with("/api/") {
        return None;
    }
    if is_browser(request.headers()) {
        return Some(Refusal::Browser.into_response());
    }
    (!shows_token).then(|| Refusal::Unauthorized.into_response())
}

/// Refuses what the route does not take.
pub(super) async fn of_route(
    State(route): State<&'static Route>,
    request: Request,
    next: Next,
) -> Response {
    match check(route, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

fn check(route: &Route, request: &Request) -> Result<(), Refusal> {
    let known: Vec<_> = route.query.iter().map(|parameter| parameter.name()).collect();
    Query::of(request.uri()).check(&known)?;
    let types = route.body.media_types();
    match media_type(request) {
        Some(given) if !types.is_empty() && !types.contains(&given) => {
            Err(Refusal::MediaType { given: given.to_owned(), known: types })
        }
        _ => Ok(()),
    }
}

/// The media type of a body, without its parameters.
pub(super) fn media_type(request: &Request) -> Option<&str> {
    let written = request.headers().get(CONTENT_TYPE)?.to_str().unwrap_or("unreadable");
    written.split(';').next().map(str::trim)
}

/// That there is no such path.
pub(super) async fn unknown_path(uri: Uri) -> Refusal {
    Refusal::UnknownPath { path: uri.path().to_owned() }
}

/// That there is no such method of a path. The methods that there are stand in `Allow`.
pub(super) async fn wrong_method(method: Method, uri: Uri) -> Refusal {
    Refusal::WrongMethod { method, path: uri.path().to_owned() }
}
