//! The calls that concern the toxics of a proxy.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::Dialect;
use super::error::ApiError;
use super::request::{Body, Names};
use super::toxic::Toxic;
use super::warnings::Warnings;

/// What a call gives that has done something to a toxic.
type Done = Result<(HeaderMap, Json<Toxic>), ApiError>;

pub(super) async fn list(
    State(dialect): State<Dialect>,
    Names(proxy): Names<String>,
) -> Result<Json<Vec<Toxic>>, ApiError> {
    dialect.with(&proxy, |kept| Ok(Json(kept.shown_toxics())))
}

pub(super) async fn show(
    State(dialect): State<Dialect>,
    Names((proxy, name)): Names<(String, String)>,
) -> Result<Json<Toxic>, ApiError> {
    dialect.with(&proxy, |kept| kept.toxic(&name).cloned().map(Json))
}

pub(super) async fn create(
    State(dialect): State<Dialect>,
    Names(proxy): Names<String>,
    body: Body,
) -> Done {
    dialect.with(&proxy, |kept| {
        let mut warnings = Warnings::default();
        let toxic = Toxic::read(body.value(&mut warnings)?, &mut warnings)?;
        kept.add_toxic(toxic.clone(), &mut warnings)?;
        Ok((warnings.into_headers(), Json(toxic)))
    })
}

pub(super) async fn update(
    State(dialect): State<Dialect>,
    Names((proxy, name)): Names<(String, String)>,
    body: Body,
) -> Done {
    dialect.with(&proxy, |kept| {
        let mut warnings = Warnings::default();
        let toxic = kept.toxic(&name)?.updated(body.value(&mut warnings)?, &mut warnings)?;
        kept.update_toxic(toxic.clone(), &mut warnings)?;
        Ok((warnings.into_headers(), Json(toxic)))
    })
}

pub(super) async fn delete(
    State(dialect): State<Dialect>,
    Names((proxy, name)): Names<(String, String)>,
) -> Result<StatusCode, ApiError> {
    dialect.with(&proxy, |kept| kept.remove_toxic(&name))?;
    Ok(StatusCode::NO_CONTENT)
}
