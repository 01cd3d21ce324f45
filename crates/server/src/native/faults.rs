//! The faults of a direction.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use chaosgate::Direction;
use chaosgate_api::{Fault, FaultList};
use chaosgate_config::{MOST_FAULTS, faults_of};

use super::given::Given;
use super::names::{Names, in_path};
use super::refusal::Refusal;
use super::tag::{IfMatch, Tagged};
use super::{Held, Native};

pub(super) async fn read(
    State(native): State<Native>,
    names: Names,
) -> Result<Tagged<FaultList>, Refusal> {
    let direction = names.direction()?;
    native.with(names.gate(), |kept| Ok(Tagged(FaultList(faults_of(&kept.gate, direction)))))
}

pub(super) async fn put(
    State(native): State<Native>,
    names: Names,
    if_match: IfMatch,
    Given(document): Given,
) -> Result<Json<FaultList>, Refusal> {
    let direction = names.direction()?;
    let replaced = native.with_told(names.gate(), |kept| {
        let faults = document.faults(kept.gate.transport())?;
        if_match.meets(direction.as_str(), Some(&FaultList(faults_of(&kept.gate, direction))))?;
        kept.change_faults(|gate| gate.faults(direction).set(faults))?;
        Ok(FaultList(faults_of(&kept.gate, direction)))
    });
    replaced.await.map(Json)
}

pub(super) async fn add(
    State(native): State<Native>,
    names: Names,
    Given(document): Given,
) -> Result<impl IntoResponse, Refusal> {
    let (gate, direction) = (names.gate(), names.direction()?);
    let fault = native.with(gate, |kept| {
        let fault = document.fault(kept.gate.transport())?;
        has_room(kept, direction)?;
        let entry = kept.change_faults(|gate| gate.faults(direction).add(fault.clone()))?;
        Ok(fault.named(entry.name()))
    })?;
    let name = in_path(fault.name().unwrap_or_default()).to_string();
    let location = format!("/api/v1/gates/{}/{direction}/{name}", in_path(gate));
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(Fault(fault))))
}

/// Whether another fault may be added.
pub(super) fn has_room(kept: &Held, direction: Direction) -> Result<(), Refusal> {
    if kept.gate.faults(direction).list().len() < MOST_FAULTS {
        Ok(())
    } else {
        Err(Refusal::Full { direction: direction.as_str(), most: MOST_FAULTS })
    }
}
