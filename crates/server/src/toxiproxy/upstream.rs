//! Where the server of a proxy is: reading what is written, which may be any text.

use chaosgate::{Route, StartError};

use super::listen::split;
use super::service_names;

/// An upstream as it is dialled: the name of a service is its port, and no host is this machine. One
/// that is no address is left as it is, and cannot be reached.
pub(super) fn dialled(upstream: &str) -> String {
    let Ok((host, port)) = split(upstream) else { return upstream.to_owned() };
    match (host, service_names::port(port)) {
        (_, None) => upstream.to_owned(),
        ("", Some(port)) => format!("localhost:{port}"),
        (host, Some(port)) if host.contains(':') => format!("[{host}]:{port}"),
        (host, Some(port)) => format!("{host}:{port}"),
    }
}

/// Why nobody can be dialled there, if that can be told without a try.
pub(super) fn check(upstream: &str) -> Result<(), UpstreamError> {
    if let Err(StartError::Url { meant, .. }) = Route::check_upstream(upstream) {
        return Err(UpstreamError::Url(meant));
    }
    let (host, port) = split(upstream).map_err(|_| UpstreamError::NotHostAndPort)?;
    // A name server is asked for what else is no name.
    if host.contains(['/', '?', '#']) || host.contains(char::is_whitespace) {
        return Err(UpstreamError::Host(host.to_owned()));
    }
    match service_names::port(port) {
        None | Some(0) => Err(UpstreamError::Port(port.to_owned())),
        Some(_) => Ok(()),
    }
}

/// Why nobody can be dialled at an upstream.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum UpstreamError {
    #[error("give {0}, not a URL")]
    Url(String),
    #[error("it must be HOST:PORT")]
    NotHostAndPort,
    #[error("{0:?} is no host")]
    Host(String),
    #[error("{0:?} is no port, which is 1 to 65535 or the name of a service")]
    Port(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_dialled_at_a_host_and_a_number() {
        for (written, dialled_at) in [
            ("redis:6379", "redis:6379"),
            ("redis:http", "redis:80"),
            ("[::1]:http", "[::1]:80"),
            (":6379", "localhost:6379"),
            ("nonsense", "nonsense"),
            ("redis:nonsense", "redis:nonsense"),
            ("", ""),
        ] {
            assert_eq!(dialled(written), dialled_at, "{written}");
        }
    }

    #[test]
    fn an_upstream_that_cannot_be_is_told_without_a_try() {
        for (upstream, says) in [
            ("http://h:80", "give h:80, not a URL"),
            ("h", "it must be HOST:PORT"),
            ("", "it must be HOST:PORT"),
            ("::1:80", "it must be HOST:PORT"),
            ("h/path:80", "\"h/path\" is no host"),
            ("user@h:80", "give h:80, not a URL"),
            ("h:80/path", "\"80/path\" is no port, which is 1 to 65535 or the name of a service"),
            ("h:99999", "\"99999\" is no port, which is 1 to 65535 or the name of a service"),
            ("h:0", "\"0\" is no port, which is 1 to 65535 or the name of a service"),
        ] {
            let error = check(upstream).expect_err(upstream);
            assert_eq!(error.to_string(), says, "{upstream}");
        }
        for right in ["h:80", "[::1]:80", ":80", "h:http", "no_such-host.:65535"] {
            assert_eq!(check(right), Ok(()), "{right}");
        }
    }
}
