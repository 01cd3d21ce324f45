//! Many proxies at once: the call, and the configuration file, which is its body.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Dialect;
use super::body::{self, BodyError};
use super::error::ApiError;
use super::given::Given;
use super::listen;
use super::proxy::{Shown, Wanted};
use super::request::Body;
use super::warnings::{Warnings, step};
use crate::every_call::Refused;

pub(super) async fn call(State(dialect): State<Dialect>, body: Body) -> Response {
    let mut warnings = Warnings::default();
    let populated = match body.value(&mut warnings) {
        Ok(value) => dialect.populate(value, &mut warnings).await,
        Err(error) => Err(Stopped::before_all(error)),
    };
    let headers = warnings.into_headers();
    match populated {
        Ok(proxies) => answer(StatusCode::CREATED, headers, &json!({ "proxies": proxies })),
        Err(Stopped { done, error, .. }) => {
            let status = error.status();
            let (text, number) = (error.to_string(), status.as_u16());
            let body = json!({ "error": text, "status": number, "proxies": done });
            let mut response = answer(status, headers, &body);
            response.extensions_mut().insert(Refused(text));
            response
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
    /// The place in what was given, a pointer as in JSON.
    pub(super) at: String,
    /// Which of the proxies is to blame: its name, or its number.
    pub(super) proxy: Option<String>,
    pub(super) error: Box<ApiError>,
}

impl Stopped {
    pub(super) fn before_all(error: impl Into<ApiError>) -> Self {
        let (done, at, error) = (Vec::new(), String::new(), Box::new(error.into()));
        Stopped { done, at, proxy: None, error }
    }

    fn at_number(number: usize, error: impl Into<ApiError>) -> Self {
        let (error, proxy) = (error.into(), Some(format!("proxy {number}")));
        let field = match &error {
            ApiError::Body(BodyError::WrongType { field, .. }) => step(field),
            _ => String::new(),
        };
        Stopped { proxy, at: format!("/{}{field}", number - 1), ..Stopped::before_all(error) }
    }
}

impl Dialect {
    /// Brings each proxy about, in order. Stops at the first that cannot listen.
    pub(super) async fn populate(
        &self,
        proxies: Value,
        warnings: &mut Warnings,
    ) -> Result<Vec<Shown>, Stopped> {
        let mut done = Vec::new();
        for (place, given) in read(proxies, warnings)?.into_iter().enumerate() {
            let (name, at, mut own) =
                (given.name.clone(), format!("/{place}"), Warnings::default());
            let wanted = given.wanted(&mut own);
            let brought = self.bring_about(&name, &wanted, &mut own).await;
            warnings.add_all_at(&at, own);
            match brought {
                Ok(shown) => done.push(shown),
                Err(error) => {
                    let (proxy, error) = (Some(format!("proxy {name:?}")), Box::new(error));
                    return Err(Stopped { done, at, proxy, error });
                }
            }
        }
        Ok(done)
    }

    /// Creates a proxy, or replaces the one of its name; one that stands on this route already is
    /// left entirely alone, and so is a gate of datagrams.
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
                kept.as_proxy().map_err(|_| ApiError::ProxyExists)?;
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

/// All that are described, each of which has what it must have.
fn read(proxies: Value, warnings: &mut Warnings) -> Result<Vec<Given>, Stopped> {
    let mut all: Vec<Given> = Vec::new();
    let proxies = body::elements(proxies).map_err(Stopped::before_all)?;
    for (proxy, number) in proxies.into_iter().zip(1..) {
        let mut own = Warnings::default();
        let given = Given::read(proxy, None, &mut own);
        warnings.add_all_at(&format!("/{}", number - 1), own);
        all.push(given.map_err(|error| Stopped::at_number(number, error))?);
    }
    for (given, number) in all.iter().zip(1..) {
        if let Some(field) = given.missing_field() {
            return Err(Stopped::at_number(number, ApiError::MissingFieldOf { field, number }));
        }
    }
    for (name, numbers) in numbers_by_name(&all) {
        if let [before @ .., last] = &numbers[..]
            && !before.is_empty()
        {
            let times = numbers.len();
            let says = format!("proxy \"{name}\" is described {times} times, last as proxy {last}");
            warnings.add(format!("/{}/name", last - 1), says);
        }
    }
    Ok(all)
}

fn numbers_by_name(all: &[Given]) -> BTreeMap<&str, Vec<usize>> {
    let mut numbers = BTreeMap::<_, Vec<_>>::new();
    for (given, number) in all.iter().zip(1..) {
        numbers.entry(given.name.as_str()).or_default().push(number);
    }
    numbers
}
