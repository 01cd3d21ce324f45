//! Closing connections.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chaosgate_api::Closed;

use super::Native;
use super::names::Names;
use super::query::Query;
use super::refusal::Refusal;

pub(super) async fn close_all(
    State(native): State<Native>,
    names: Names,
    query: Query,
) -> Result<Json<Closed>, Refusal> {
    let how = query.how()?;
    let closed = native.with_told(names.gate(), |kept| Ok(kept.gate.close_connections(how)));
    Ok(Json(Closed { closed: closed.await? }))
}

pub(super) async fn close(
    State(native): State<Native>,
    names: Names,
    query: Query,
) -> Result<StatusCode, Refusal> {
    let (number, how) = (names.number()?, query.how()?);
    let no = Refusal::NoSuch { what: "connection", name: number.to_string(), known: Vec::new() };
    let closed = native.with_told(names.gate(), |kept| Ok(kept.gate.close_connection(number, how)));
    if closed.await? { Ok(StatusCode::NO_CONTENT) } else { Err(no) }
}
