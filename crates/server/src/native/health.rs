//! How the server is, and what it can.

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use super::Native;
use super::refusal::Refusal;

pub(super) async fn health() -> &'static str {
    "ok\n"
}

pub(super) async fn readiness(State(native): State<Native>) -> Result<&'static str, Refusal> {
    if native.registry.is_closed() { Err(Refusal::Ending) } else { Ok("ready\n") }
}

pub(super) async fn openapi() -> impl IntoResponse {
    static DOCUMENT: LazyLock<String> =
        LazyLock::new(|| format!("{:#}\n", chaosgate_api::openapi()));
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}
