//! Many proxies at once: the call, and the configuration file, which is its body.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Dialect;
use super::body;
use super::error::ApiError;
use super::given::Given;
use super::listen;
use super::proxy::{Shown, Wanted};
use super::request::Body;
use super::warnings::Warnings;

pub(super) async fn call(State(dialect): State<Dialect>, body: Body) -> Response {
    let mut warnings = Warnings::default();
    let populated = match body.value() {
        Ok(value) => dialect.populate(value, &mut warnings).await,
        Err(error) => Err(ApiError::from(error).into()),
    };
    let headers = warnings.into_headers();
    match populated {
        Ok(proxies) => answer(StatusCode::CREATED, headers, &json!({ "proxies": proxies })),
        Err(Stopped { done, error }) => {
            let status = error.status();
            let (text, number) = (error.to_string(), status.as_u16());
            answer(status, headers, &json!({ "error": text, "status": number, "proxies": done }))
        }
    }
}

fn answer(status: StatusCode, headers: HeaderMap, body: &Value) -> Response {
    (status, headers, Json(body)).into_response()
}

/// Why not all proxies are there, and which are.
#[derive(Debug)]
pub(super) struct Stopped {
    done: Vec<Shown>,
    pub(super) error: ApiError,
}

impl From<ApiError> for Stopped {
    fn from(error: ApiError) -> Self {
        Stopped { done: Vec::new(), error }
    }
}

impl Dialect {
    /// Brings each proxy about, in order. Stops at the first that cannot listen.
    pub(super) async fn populate(
        &self,
        proxies: Value,
        warnings: &mut Warnings,
    ) -> Result<Vec<Shown>, Stopped> {
        let mut all = Vec::new();
        for (proxy, number) in body::elements(proxies).map_err(ApiError::from)?.into_iter().zip(1..)
        {
            let given = Given::read(proxy, warnings).map_err(ApiError::from)?;
            all.push((number, given));
        }
        for (number, given) in &all {
            if let Some(field) = given.missing_field() {
                return Err(ApiError::MissingFieldOf { field, number: *number }.into());
            }
        }
        let mut done = Vec::new();
        for (_, given) in all {
            let name = given.name.clone();
            match self.bring_about(&name, &given.wanted(warnings), warnings).await {
                Ok(shown) => done.push(shown),
                Err(error) => return Err(Stopped { done, error }),
            }
        }
        Ok(done)
    }

    /// Creates a proxy, or replaces the one of its name; one that stands on this route already is
    /// left entirely alone.
    async fn bring_about(
        &self,
        name: &str,
        wanted: &Wanted,
        warnings: &mut Warnings,
    ) -> Result<Shown, ApiError> {
        loop {
            let Some(member) = self.registry.get(name) else {
                match self.create(name, wanted.clone(), warnings).await {
                    // Somebody was faster.
                    Err(ApiError::ProxyExists) => continue,
                    result => return result,
                }
            };
            let at = listen::resolve(&wanted.listen).await?;
            let there = member.with_told(|kept| {
                if !kept.is_on(&wanted.listen, at, &wanted.upstream) {
                    kept.replace(self.maker(name), wanted.clone(), at, warnings)?;
                }
                Ok(kept.shown(name))
            });
            if let Some(result) = there.await {
                return result;
            }
        }
    }
}
