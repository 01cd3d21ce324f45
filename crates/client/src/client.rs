//! The client, and how it calls.

use std::fmt::{self, Display};

use chaosgate_api::{Method, Operation, Parameter, Problem, Route};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::Body;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ureq::http::{HeaderValue, Request, Response};

use crate::error::Error;
use crate::place::Place;

/// A client of a daemon, by its native interface. Clones share their connections.
///
/// Each call waits until it is answered, a minute at most. It either has done what it says, or has changed nothing;
/// [`Error`] tells why.
#[derive(Clone)]
pub struct Client {
    place: Place,
    authorization: Option<HeaderValue>,
}

impl Client {
    /// That of the daemon at this URL: `HOST:PORT`, `http://HOST:PORT`, or on Unix `unix:PATH`. Nobody is called yet.
    ///
    /// # Errors
    ///
    /// [`Error::Url`] if it is none of these.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Client { place: Place::new(url)?, authorization: None })
    }

    /// Shows this token with each call. White space around does not count, and an empty one is none.
    ///
    /// # Errors
    ///
    /// [`Error::Token`] if it cannot be sent.
    pub fn token(mut self, token: &str) -> Result<Self, Error> {
        let token = token.trim();
        if !token.is_empty() {
            let value = HeaderValue::from_str(&format!("Bearer {token}"));
            self.authorization = Some(value.map_err(|_| Error::Token)?);
        }
        Ok(self)
    }

    /// Where the daemon is.
    pub fn url(&self) -> &str {
        &self.place.shown
    }

    /// Calls, and reads the answer.
    pub(crate) fn call<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, Error> {
        let mut answer = self.send(call)?;
        self.read(&mut answer)
    }

    /// Calls, and gives the answer if the daemon has done it.
    pub(crate) fn send(&self, call: &Call<'_>) -> Result<Response<Body>, Error> {
        let mut request = Request::builder()
            .method(call.method.as_str().to_uppercase().as_str())
            .uri(format!("{}{}", self.place.base, call.target));
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(tag) = call.if_match {
            request = request.header("If-Match", tag);
        }
        if call.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = call.body.as_ref().map(Value::to_string).unwrap_or_default();
        let request = request.body(body).map_err(|error| self.unreachable(error.into()))?;
        let mut answer = self.place.agent.run(request).map_err(|error| self.unreachable(error))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(Error::Refused(Box::new(self.read::<Problem>(&mut answer)?)))
    }

    /// What an answer says.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        answer: &mut Response<Body>,
    ) -> Result<T, Error> {
        let text = answer.body_mut().read_to_string().map_err(|error| self.unreachable(error))?;
        let read = serde_json::from_str(if text.is_empty() { "null" } else { &text });
        read.map_err(|error| Error::NotUnderstood {
            url: self.place.shown.clone(),
            status: answer.status().as_u16(),
            reason: error.to_string(),
        })
    }

    fn unreachable(&self, error: ureq::Error) -> Error {
        let reason = match error {
            ureq::Error::Io(error) => error.to_string(),
            other => other.to_string(),
        };
        Error::Unreachable { url: self.place.shown.clone(), reason }
    }
}

impl fmt::Debug for Client {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.place.shown).finish_non_exhaustive()
    }
}

/// What cannot stand in a URL as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A call: a route with names in its path, and what is said with it.
#[derive(Clone)]
pub(crate) struct Call<'a> {
    method: Method,
    /// Its path, and behind it its query.
    target: String,
    if_match: Option<&'a str>,
    body: Option<Value>,
}

impl<'a> Call<'a> {
    /// A call that does this, with what stands for the names in its path.
    pub(crate) fn of(operation: Operation, names: &[&str]) -> Self {
        let Route { method, path, .. } = Route::of(operation);
        let (mut target, mut names) = (String::new(), names.iter());
        for part in path.split('/').skip(1) {
            target.push('/');
            let name = if part.starts_with('{') { names.next() } else { None };
            match name {
                Some(name) => target.extend(utf8_percent_encode(name, ESCAPED)),
                None => target.push_str(part),
            }
        }
        Call { method: *method, target, if_match: None, body: None }
    }

    pub(crate) fn asking(mut self, parameter: Parameter, value: impl Display) -> Self {
        self.target.push(if self.target.contains('?') { '&' } else { '?' });
        self.target.push_str(parameter.name());
        self.target.push('=');
        self.target.extend(utf8_percent_encode(&value.to_string(), ESCAPED));
        self
    }

    pub(crate) fn if_match(self, tag: Option<&'a str>) -> Self {
        Call { if_match: tag, ..self }
    }

    /// Fails if there is a fault in it that is code.
    pub(crate) fn with(self, body: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_value(body).map_err(|error| Error::Body(error.to_string()))?;
        Ok(Call { body: Some(body), ..self })
    }
}
