//! The calls that concern proxies.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::Dialect;
use super::error::ApiError;
use super::given::Given;
use super::listen;
use super::maker::Maker;
use super::proxy::{Proxy, Shown, Wanted};
use super::request::{Body, Names};
use super::warnings::Warnings;
use crate::registry::{AddError, Kept, told};

/// What a call gives that has done something to a proxy.
type Done = Result<(StatusCode, HeaderMap, Json<Shown>), ApiError>;

pub(super) async fn list(State(dialect): State<Dialect>) -> Json<Map<String, Value>> {
    let all = dialect.registry.all().into_iter();
    let shown = all.filter_map(|member| {
        let name = member.name();
        let shown = member.with(|kept| kept.as_proxy().map(|proxy| proxy.shown(name)))?;
        Some((name.to_owned(), serde_json::to_value(shown.ok()?).ok()?))
    });
    Json(shown.collect())
}

pub(super) async fn show(
    State(dialect): State<Dialect>,
    Names(name): Names<String>,
) -> Result<Json<Shown>, ApiError> {
    dialect.with(&name, |kept| Ok(Json(kept.shown(&name))))
}

pub(super) async fn create(State(dialect): State<Dialect>, body: Body) -> Done {
    let mut warnings = Warnings::default();
    let given = Given::read(body.value(&mut warnings)?, None, &mut warnings)?;
    if let Some(field) = given.missing_field() {
        return Err(ApiError::MissingField(field));
    }
    let name = given.name.clone();
    let shown = dialect.create(&name, given.wanted(&mut warnings), &mut warnings).await?;
    Ok((StatusCode::CREATED, warnings.into_headers(), Json(shown)))
}

pub(super) async fn update(
    State(dialect): State<Dialect>,
    Names(name): Names<String>,
    body: Body,
) -> Done {
    let mut warnings = Warnings::default();
    dialect.with(&name, |_| Ok(()))?;
    let given = Given::read(body.value(&mut warnings)?, Some(&name), &mut warnings)?;
    let shown = dialect.update(&name, &given, |_| {}).await?;
    Ok((StatusCode::OK, warnings.into_headers(), Json(shown)))
}

pub(super) async fn delete(
    State(dialect): State<Dialect>,
    Names(name): Names<String>,
) -> Result<StatusCode, ApiError> {
    let removed = dialect.registry.remove(&name, |kept| kept.as_proxy().is_ok());
    let gate = removed.ok_or(ApiError::ProxyNotFound)?;
    told(&gate).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Starts every proxy and removes all toxics. Stops at the first that cannot listen.
pub(super) async fn reset(State(dialect): State<Dialect>) -> Result<StatusCode, ApiError> {
    for member in dialect.registry.all() {
        match dialect.update(member.name(), &Given::enabled(), Kept::remove_toxics).await {
            // Deleted meanwhile.
            Err(ApiError::ProxyNotFound) => {}
            result => drop(result?),
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

impl Dialect {
    /// Creates a proxy. Of several calls for one name, one does.
    pub(super) async fn create(
        &self,
        name: &str,
        wanted: Wanted,
        warnings: &mut Warnings,
    ) -> Result<Shown, ApiError> {
        // Before a name server is asked; what decides is the look at the moment of adding.
        if self.registry.get(name).is_some() {
            return Err(ApiError::ProxyExists);
        }
        let at = if wanted.enabled { Some(listen::resolve(&wanted.listen).await?) } else { None };
        let added = self.registry.add(name, || {
            let kept = self.maker(name).proxy(wanted, at, warnings)?;
            let shown = kept.shown(name);
            Ok((kept, shown))
        });
        added.map_err(|error| match error {
            AddError::NameTaken { .. } => ApiError::ProxyExists,
            AddError::Closed => ApiError::Ending,
            AddError::Make(error) => error,
        })
    }

    /// Changes what is given of a proxy, and leaves the rest. If that can be done, does what `then`
    /// does as well, before anybody else has a look.
    async fn update(
        &self,
        name: &str,
        given: &Given,
        then: fn(&mut Kept<Proxy>),
    ) -> Result<Shown, ApiError> {
        loop {
            let before = self.with(name, |kept| Ok(kept.listen()))?;
            let at = listen::resolve(given.listen.as_ref().unwrap_or(&before)).await?;
            let changed = self.with_told(name, |kept| {
                if kept.listen() != before {
                    // Somebody was faster, and what was looked up may be of no use.
                    return Ok(None);
                }
                kept.change(self.maker(name), given.over(kept), at)?;
                then(kept);
                Ok(Some(kept.shown(name)))
            });
            if let Some(shown) = changed.await? {
                return Ok(shown);
            }
        }
    }

    pub(super) fn maker<'a>(&'a self, name: &'a str) -> Maker<'a> {
        Maker {
            registry: &self.registry,
            name,
            keeps_counts: self.keeps_counts,
            leaves: self.limits.descriptors,
        }
    }
}
