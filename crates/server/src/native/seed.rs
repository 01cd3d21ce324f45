//! From what a gate draws.

use axum::Json;
use axum::extract::State;

use super::Native;
use super::given::Given;
use super::names::Names;
use super::refusal::Refusal;
use super::tag::{IfMatch, Tagged};

pub(super) async fn read(
    State(native): State<Native>,
    names: Names,
) -> Result<Tagged<u64>, Refusal> {
    native.with(names.gate(), |kept| Ok(Tagged(kept.gate.series_seed())))
}

pub(super) async fn put(
    State(native): State<Native>,
    names: Names,
    if_match: IfMatch,
    Given(document): Given,
) -> Result<Json<u64>, Refusal> {
    let seed = document.seed()?;
    native.with(names.gate(), |kept| {
        if_match.meets("seed", Some(&kept.gate.series_seed()))?;
        kept.gate.begin_series(seed);
        Ok(Json(seed))
    })
}
