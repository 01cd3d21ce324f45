//! What has happened at a gate: as a list, or as a stream.

use axum::Json;
use axum::extract::State;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use super::Native;
use super::names::Names;
use super::query::Query;
use super::refusal::Refusal;
use super::since::{after, known};
use super::stream;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub(super) async fn read(
    State(native): State<Native>,
    names: Names,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (since, wait) = (query.since()?, query.wait()?);
    let (gate, gone) = native.with(names.gate(), |kept| Ok((kept.gate.clone(), kept.gone())))?;
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if text(ACCEPT).is_some_and(|accepted| accepted.contains("text/event-stream")) {
        let last = text(LAST_EVENT_ID).and_then(|number| number.parse().ok());
        let since = known(&gate, last.or(since).unwrap_or_default());
        return Ok(stream::of(gate, since, gone).into_response());
    }
    let since = known(&gate, since.unwrap_or_default());
    tokio::select! {
        // None, when the wait is over.
        events = timeout(wait, after(&gate, since)) => {
            Ok(Json(events.unwrap_or_default()).into_response())
        }
        () = gone => Err(Refusal::Gone { name: names.gate().to_owned() }),
    }
}
