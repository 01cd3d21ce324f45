//! Calling the interface.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::http::{Method, Request};

use super::error::CallError;

/// Longer than any call may take.
const LIMIT: Duration = Duration::from_mins(1);

/// The interface of a server.
#[derive(Debug)]
pub(super) struct Api {
    agent: ureq::Agent,
    url: String,
    token: Option<String>,
}

impl Api {
    /// That at this URL, whose scheme may be missing.
    pub(super) fn new(host: &str, token: Option<&str>) -> Self {
        let scheme = if host.contains("://") { "" } else { "http://" };
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // What controls gates is no web site.
            .proxy(None)
            .timeout_global(Some(LIMIT))
            .user_agent(concat!("toxiproxy-cli/chaosgate-", env!("CARGO_PKG_VERSION")));
        let token = token.map(str::trim).filter(|token| !token.is_empty());
        Api {
            agent: config.build().into(),
            url: format!("{scheme}{}", host.trim_end_matches('/')),
            token: token.map(str::to_owned),
        }
    }

    /// Calls it at this path, each part of which may be any text. Gives the JSON that it answers.
    pub(super) fn call(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&Value>,
    ) -> Result<Value, CallError> {
        let mut url = self.url.clone();
        for part in path {
            url.push('/');
            url.extend(utf8_percent_encode(part, NON_ALPHANUMERIC));
        }
        let mut request = Request::builder().method(method).uri(url);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(body).map_err(ureq::Error::from)?;
        let mut response = self.agent.run(request)?;
        let status = response.status();
        let text = response.body_mut().read_to_string()?;
        if status.is_success() {
            return read(&text).map_err(CallError::NoJson);
        }
        let said = read(&text).unwrap_or_default();
        let error = said["error"].as_str().unwrap_or(text.trim_end()).to_owned();
        Err(CallError::Refused { status: status.as_u16(), error })
    }
}

fn read(text: &str) -> serde_json::Result<Value> {
    if text.is_empty() { Ok(Value::Null) } else { serde_json::from_str(text) }
}
