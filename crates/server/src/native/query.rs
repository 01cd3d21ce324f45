//! The query of a request.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use chaosgate::How;
use chaosgate::units::duration;
use chaosgate_api::{LONGEST_WAIT, Parameter};
use percent_encoding::percent_decode_str;

use super::Native;
use super::refusal::Refusal;

/// The query of a request.
pub(super) struct Query(BTreeMap<String, String>);

impl FromRequestParts<Native> for Query {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Native) -> Result<Self, Refusal> {
        Ok(Query::of(&parts.uri))
    }
}

impl Query {
    pub(super) fn of(uri: &Uri) -> Self {
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let decoded = |text: &str| {
            percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
        };
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        };
        Query(pairs.map(pair).collect())
    }

    /// Whether it says nothing else than these.
    pub(super) fn check(&self, known: &[&'static str]) -> Result<(), Refusal> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                Err(Refusal::UnknownParameter { name: name.clone(), known: known.to_vec() })
            }
            None => Ok(()),
        }
    }

    /// How many there are to be.
    pub(super) fn at_least(&self) -> Result<u64, Refusal> {
        self.number(Parameter::AtLeast).map(Option::unwrap_or_default)
    }

    /// The number of the last event that is known.
    pub(super) fn since(&self) -> Result<Option<u64>, Refusal> {
        self.number(Parameter::Since)
    }

    /// How long the call waits.
    pub(super) fn wait(&self) -> Result<Duration, Refusal> {
        let bound = format!("0s to {}, as in 2s", duration::display(LONGEST_WAIT));
        let wait = self.read(Parameter::Wait, bound, |text| {
            duration::parse(text).ok().filter(|wait| *wait <= LONGEST_WAIT)
        });
        wait.map(Option::unwrap_or_default)
    }

    /// How connections are closed.
    pub(super) fn how(&self) -> Result<How, Refusal> {
        let names = How::ALL.map(|how| how.to_string());
        let bound = format!("one of {}", names.join(", "));
        let how = self.read(Parameter::How, bound, |text| {
            How::ALL.into_iter().find(|how| how.to_string() == text)
        });
        how.map(Option::unwrap_or_default)
    }

    fn number(&self, parameter: Parameter) -> Result<Option<u64>, Refusal> {
        let bound = "a whole number from 0 to 2^64 - 1".to_owned();
        self.read(parameter, bound, |text| u64::from_str(text).ok())
    }

    fn read<T>(
        &self,
        parameter: Parameter,
        bound: String,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let name = parameter.name();
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let wrong = || Refusal::Parameter { name, value: value.clone(), bound };
        read(value).map(Some).ok_or_else(wrong)
    }
}
