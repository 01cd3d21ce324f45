//! How a gate takes new clients.

use axum::Json;
use axum::extract::State;
use chaosgate::Accepting;

use super::Native;
use super::given::Given;
use super::names::Names;
use super::refusal::Refusal;
use super::tag::{IfMatch, Tagged};

pub(super) async fn read(
    State(native): State<Native>,
    names: Names,
) -> Result<Tagged<Accepting>, Refusal> {
    native.with(names.gate(), |kept| Ok(Tagged(kept.gate.accepting())))
}

pub(super) async fn put(
    State(native): State<Native>,
    names: Names,
    if_match: IfMatch,
    Given(document): Given,
) -> Result<Json<Accepting>, Refusal> {
    let name = names.gate();
    native.with(name, |kept| {
        let accepting = document.accepting(kept.gate.transport())?;
        if_match.meets("accepting", Some(&kept.gate.accepting()))?;
        let failed = |source| Refusal::Accepting { gate: name.to_owned(), source };
        kept.gate.set_accepting(accepting).map_err(failed)?;
        Ok(Json(accepting))
    })
}
