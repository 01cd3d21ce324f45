//! Where a proxy listens: reading what is written, and what is said if it cannot be done.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use chaosgate::StartError;
use tokio::net::lookup_host;

use super::service_names;

/// Why a proxy cannot listen. The texts are those of Go, which clients compare.
#[derive(Debug, thiserror::Error)]
pub(super) enum ListenError {
    #[error("listen tcp: address {0}: missing port in address")]
    MissingPort(String),
    #[error("listen tcp: address {0}: too many colons in address")]
    TooManyColons(String),
    #[error("listen tcp: address {0}: missing ']' in address")]
    OpenBracket(String),
    #[error("listen tcp: lookup tcp/{0}: unknown port")]
    UnknownPort(String),
    #[error("listen tcp: lookup {host}: {}", in_gos_words(.reason))]
    Lookup { host: String, reason: io::Error },
    #[error("listen tcp: lookup {0}: no such host")]
    NoSuchHost(String),
    #[error("listen tcp {at}: bind: {}", in_gos_words(.reason))]
    Bind { at: SocketAddr, reason: io::Error },
    #[error(transparent)]
    Other(StartError),
}

impl ListenError {
    /// Why the gate that was to listen there does not.
    pub(super) fn new(at: SocketAddr, error: StartError) -> Self {
        match error {
            StartError::Listen { source: reason, .. } => ListenError::Bind { at, reason },
            other => ListenError::Other(other),
        }
    }
}

/// The address that is written as `listen`; the wildcard of IPv4 is that of both.
pub(super) async fn resolve(listen: &str) -> Result<SocketAddr, ListenError> {
    if listen.is_empty() {
        return Ok(wildcard(0));
    }
    let (host, port) = split(listen)?;
    let port =
        service_names::port(port).ok_or_else(|| ListenError::UnknownPort(port.to_owned()))?;
    if host.is_empty() {
        return Ok(wildcard(port));
    }
    let found = lookup_host((host, port)).await;
    let failed = |reason| ListenError::Lookup { host: host.to_owned(), reason };
    let mut addresses: Vec<_> = found.map_err(failed)?.collect();
    // As Go does, which takes the first, and one of IPv4 before others.
    addresses.sort_by_key(SocketAddr::is_ipv6);
    match addresses.first() {
        Some(address) if address.ip().is_unspecified() => Ok(wildcard(port)),
        Some(address) => Ok(*address),
        None => Err(ListenError::NoSuchHost(host.to_owned())),
    }
}

/// All addresses of the machine, of IPv4 alone.
pub(super) fn without_ipv6(at: SocketAddr) -> Option<SocketAddr> {
    let is_wildcard = at.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    is_wildcard.then(|| SocketAddr::from((Ipv4Addr::UNSPECIFIED, at.port())))
}

/// Whether what listens at `shown` listens at `at` already. Port 0 is always another one.
pub(super) fn is_at(shown: &str, at: SocketAddr) -> bool {
    let Ok(shown) = shown.parse::<SocketAddr>() else { return false };
    let same_host =
        shown.ip() == at.ip() || shown.ip().is_unspecified() && at.ip().is_unspecified();
    same_host && shown.port() == at.port() && at.port() != 0
}

fn wildcard(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv6Addr::UNSPECIFIED, port))
}

/// The host and the port of an address.
pub(super) fn split(address: &str) -> Result<(&str, &str), ListenError> {
    let missing_port = || ListenError::MissingPort(address.to_owned());
    if let Some(bracketed) = address.strip_prefix('[') {
        let (host, rest) = bracketed
            .split_once(']')
            .ok_or_else(|| ListenError::OpenBracket(address.to_owned()))?;
        return Ok((host, rest.strip_prefix(':').ok_or_else(missing_port)?));
    }
    let (host, port) = address.rsplit_once(':').ok_or_else(missing_port)?;
    if host.contains(':') {
        return Err(ListenError::TooManyColons(address.to_owned()));
    }
    Ok((host, port))
}

/// The same text without Rust's number behind it, and in lower case.
fn in_gos_words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolved(listen: &str) -> String {
        match resolve(listen).await {
            Ok(address) => address.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn names_and_wildcards_become_one_address() {
        for (written, address) in [
            ("localhost:80", "127.0.0.1:80"),
            ("127.0.0.1:http", "127.0.0.1:80"),
            ("", "[::]:0"),
            (":80", "[::]:80"),
            ("0.0.0.0:80", "[::]:80"),
            ("[::]:80", "[::]:80"),
            ("[::1]:80", "[::1]:80"),
            ("127.0.0.1:", "127.0.0.1:0"),
        ] {
            assert_eq!(resolved(written).await, address, "{written}");
        }
    }

    #[tokio::test]
    async fn what_is_no_address_is_refused_in_gos_words() {
        for (written, says) in [
            ("localhost", "listen tcp: address localhost: missing port in address"),
            ("[::1]", "listen tcp: address [::1]: missing port in address"),
            ("::1:80", "listen tcp: address ::1:80: too many colons in address"),
            ("[::1:80", "listen tcp: address [::1:80: missing ']' in address"),
            ("localhost:nonsense", "listen tcp: lookup tcp/nonsense: unknown port"),
            ("localhost:65536", "listen tcp: lookup tcp/65536: unknown port"),
            ("localhost:-1", "listen tcp: lookup tcp/-1: unknown port"),
        ] {
            assert_eq!(resolved(written).await, says, "{written}");
        }
        let unknown = resolved("no-such-host.invalid:80").await;
        assert!(unknown.starts_with("listen tcp: lookup no-such-host.invalid: "), "{unknown}");
    }

    #[test]
    fn wildcards_are_alike_and_port_0_is_always_another() {
        let at = |text: &str| text.parse().expect("an address");
        assert!(is_at("127.0.0.1:80", at("127.0.0.1:80")));
        assert!(is_at("0.0.0.0:80", at("[::]:80")));
        assert!(!is_at("127.0.0.1:80", at("127.0.0.1:81")));
        assert!(!is_at("127.0.0.1:0", at("127.0.0.1:0")));
        assert!(!is_at("localhost:80", at("127.0.0.1:80")));
    }

    #[test]
    fn a_taken_port_is_told_in_gos_words() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let at = taken.local_addr().expect("an address");
        let reason = std::net::TcpListener::bind(at).expect_err("the port is taken");
        assert_eq!(
            ListenError::Bind { at, reason }.to_string(),
            format!("listen tcp {at}: bind: address already in use")
        );
    }
}
