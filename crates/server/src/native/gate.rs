//! One gate: reading it, making it what it should be, removing it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chaosgate::AnyGate;
use chaosgate_api::GateStatus;
use chaosgate_config::GateConfig;

use super::Native;
use super::given::Given;
use super::names::Names;
use super::refusal::Refusal;
use super::tag::{IfMatch, Tagged};
use crate::registry::told;

pub(super) async fn read(
    State(native): State<Native>,
    names: Names,
) -> Result<Tagged<GateConfig>, Refusal> {
    native.with(names.gate(), |kept| Ok(Tagged(GateConfig::of(&kept.gate))))
}

pub(super) async fn put(
    State(native): State<Native>,
    names: Names,
    if_match: IfMatch,
    Given(document): Given,
) -> Result<(StatusCode, Json<GateStatus>), Refusal> {
    let name = names.gate();
    let plan = native.plan_one(name, document.gate()?).await?;
    let is_meant = |gates: &BTreeMap<&str, &AnyGate>| {
        let now = gates.get(name).map(|gate| GateConfig::of(gate));
        if_match.meets(name, now.as_ref())?;
        Ok(if now.is_some() { StatusCode::OK } else { StatusCode::CREATED })
    };
    let status = native.apply(plan, is_meant).await?;
    Ok((status, Json(native.status(name)?)))
}

pub(super) async fn remove(
    State(native): State<Native>,
    names: Names,
    if_match: IfMatch,
) -> Result<StatusCode, Refusal> {
    let (name, mut refusal) = (names.gate(), None);
    let removed = native.registry.remove(name, |kept| {
        refusal = if_match.meets(name, Some(&GateConfig::of(&kept.gate))).err();
        refusal.is_none()
    });
    let gate = removed.ok_or_else(|| refusal.unwrap_or_else(|| native.no_gate(name)))?;
    told(&gate).await;
    Ok(StatusCode::NO_CONTENT)
}
