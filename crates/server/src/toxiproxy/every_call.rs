//! What holds for every call of this interface.

use axum::Extension;
use axum::extract::Request;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use crate::callers::is_browser;
use crate::every_call::Refused;

/// Keeps browsers out, and who has no token.
pub(super) fn refusal(request: &Request, shows_token: bool) -> Option<Response> {
    if is_browser(request.headers()) {
        let refused = Extension(Refused("the user agent is that of a browser".to_owned()));
        return Some((StatusCode::FORBIDDEN, refused, "User agent not allowed\n").into_response());
    }
    (!shows_token).then(|| ApiError::Unauthorized.into_response())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubled_slashes_are_cleaned() {
        assert_eq!(clean("///proxies//a"), "/proxies/a");
        assert_eq!(clean("/proxies/"), "/proxies/");
    }
}
