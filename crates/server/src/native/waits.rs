//! Calls that wait: for connections, and for what a fault does. None waits when its gate has gone.

use axum::Json;
use axum::extract::State;
use chaosgate::ConnectionInfo;
use chaosgate_api::Hits;

use super::Native;
use super::names::Names;
use super::query::Query;
use super::refusal::Refusal;

pub(super) async fn connections(
    State(native): State<Native>,
    names: Names,
    query: Query,
) -> Result<Json<Vec<ConnectionInfo>>, Refusal> {
    let (at_least, wait) = (query.at_least()?, query.wait()?);
    let (gate, gone) = native.with(names.gate(), |kept| Ok((kept.gate.clone(), kept.gone())))?;
    let at_least = usize::try_from(at_least).unwrap_or(usize::MAX);
    tokio::select! {
        // That there are fewer is seen by the answer.
        _ = gate.wait_for_connections(at_least, wait) => Ok(Json(gate.connections())),
        () = gone => Err(Refusal::Gone { name: names.gate().to_owned() }),
    }
}

pub(super) async fn hits(
    State(native): State<Native>,
    names: Names,
    query: Query,
) -> Result<Json<Hits>, Refusal> {
    let (at_least, wait) = (query.at_least()?, query.wait()?);
    let (direction, name) = (names.direction()?, names.fault());
    let (entry, gone) = native.with(names.gate(), |kept| {
        let mut entries = kept.gate.faults(direction).list();
        let place = entries.iter().position(|entry| entry.name() == name);
        let no = || Refusal::NoSuch {
            what: "fault",
            name: name.to_owned(),
            known: entries.iter().map(|entry| entry.name().to_owned()).collect(),
        };
        let place = place.ok_or_else(no)?;
        Ok((entries.swap_remove(place), kept.gone()))
    })?;
    tokio::select! {
        _ = entry.wait_for_hits(at_least, wait) => Ok(Json(Hits { hits: entry.hits() })),
        () = gone => Err(Refusal::Gone { name: names.gate().to_owned() }),
    }
}
