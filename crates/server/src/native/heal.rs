//! Healing: no faults, and new clients are accepted.

use axum::extract::State;
use axum::http::StatusCode;

use super::names::Names;
use super::refusal::Refusal;
use super::{Held, Native};

pub(super) async fn one(State(native): State<Native>, names: Names) -> Result<StatusCode, Refusal> {
    let name = names.gate();
    native.with_told(name, |kept| heal(name, kept)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Heals all, also if one of them cannot accept again; tells of the first such.
pub(super) async fn all(State(native): State<Native>) -> Result<StatusCode, Refusal> {
    let mut result = Ok(StatusCode::NO_CONTENT);
    for member in native.registry.all() {
        let healed = member.with_told(|kept| heal(member.name(), kept)).await;
        // One that has been removed meanwhile needs no healing.
        if let (Some(Err(refusal)), Ok(_)) = (healed, &result) {
            result = Err(refusal);
        }
    }
    result
}

fn heal(name: &str, kept: &mut Held) -> Result<(), Refusal> {
    let healed = kept.change_faults(chaosgate::AnyGate::heal);
    healed.map_err(|source| Refusal::Accepting { gate: name.to_owned(), source })
}
