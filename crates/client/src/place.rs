//! Where a daemon is.

use std::time::Duration;

use ureq::http::Uri;

use crate::error::Error;

/// Longer than any call may take.
const LIMIT: Duration = Duration::from_mins(1);

/// Where a daemon is, and what brings calls there.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) agent: ureq::Agent,
    /// As users write it.
    pub(crate) shown: String,
    /// What stands before the path of a call.
    pub(crate) base: String,
}

impl Place {
    /// `HOST:PORT`, `http://HOST:PORT` or `unix:PATH`.
    ///
    /// # Errors
    ///
    /// [`Error::Url`].
    pub(crate) fn new(url: &str) -> Result<Self, Error> {
        let wrong = |reason: &str| Error::Url { url: url.to_owned(), reason: reason.to_owned() };
        if let Some(path) = url.strip_prefix("unix:") {
            let agent = at_path(path).map_err(wrong)?;
            return Ok(Place { agent, shown: url.to_owned(), base: "http://127.0.0.1".to_owned() });
        }
        let scheme = if url.contains("://") { "" } else { "http://" };
        let shown = format!("{scheme}{}", url.trim_end_matches('/'));
        let uri: Uri = shown.parse().map_err(|_| wrong("it cannot be read"))?;
        if uri.scheme_str() != Some("http") {
            return Err(wrong("the interface has no TLS, and so no scheme but http"));
        }
        Ok(Place { agent: config().into(), base: shown.clone(), shown })
    }
}

fn config() -> ureq::config::Config {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        // What controls gates is no web site.
        .proxy(None)
        .timeout_global(Some(LIMIT))
        .user_agent(concat!("chaosgate-client/", env!("CARGO_PKG_VERSION")));
    config.build()
}

#[cfg(unix)]
fn at_path(path: &str) -> Result<ureq::Agent, &'static str> {
    use ureq::unversioned::resolver::DefaultResolver;

    use crate::unix::PathConnector;

    if path.is_empty() {
        return Err("a path has to follow");
    }
    let connector = PathConnector::to(path);
    Ok(ureq::Agent::with_parts(config(), connector, DefaultResolver::default()))
}

#[cfg(not(unix))]
fn at_path(_: &str) -> Result<ureq::Agent, &'static str> {
    Err("a daemon listens at a path on Unix alone")
}
