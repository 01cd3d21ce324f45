//! Where a gate stands.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use crate::error::StartError;
use crate::url;

/// Where clients connect, and where the server is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Route {
    /// The gate's name in events and errors.
    pub name: String,
    /// Where clients connect, `HOST:PORT`. Every address of the host is listened on, all with one
    /// port; port 0 is a free one, an empty host all addresses of the machine.
    pub listen: String,
    /// Where the server is, `HOST:PORT`. Resolved anew for each connection; the host's addresses
    /// are tried in turn.
    pub upstream: String,
}

#[expect(clippy::needless_pass_by_value, reason = "an address is written without a sign before it")]
impl Route {
    /// A route between two addresses: each a text, or a [`SocketAddr`]. They are looked at when the gate
    /// starts.
    pub fn new(name: impl Into<String>, listen: impl ToString, upstream: impl ToString) -> Self {
        Route { name: name.into(), listen: listen.to_string(), upstream: upstream.to_string() }
    }

    /// A route from a free port of this machine to `upstream`, with that as its name.
    ///
    /// ```
    /// use chaosgate::Route;
    ///
    /// let server = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let route = Route::to(server.local_addr()?); // or Route::to("localhost:5432")
    /// assert_eq!(route.listen, "127.0.0.1:0");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn to(upstream: impl ToString) -> Self {
        Route::new(upstream.to_string(), "127.0.0.1:0", upstream)
    }

    /// Whether `listen` is written as an address to listen on. Its host is not looked up.
    ///
    /// # Errors
    ///
    /// [`StartError::Address`] says what is wrong with it, [`StartError::Url`] what it should be.
    pub fn check_listen(listen: &str) -> Result<(), StartError> {
        split_listen(listen).map(drop)
    }

    /// Whether `upstream` is written as an address that can be dialled: it needs a host, which is not
    /// looked up.
    ///
    /// # Errors
    ///
    /// [`StartError::Address`] says what is wrong with it, [`StartError::Url`] what it should be.
    pub fn check_upstream(upstream: &str) -> Result<(), StartError> {
        refuse_url("upstream", upstream)?;
        let checked = split(upstream).and_then(|(host, _)| match host {
            "" => Err("it must have a host"),
            _ => Ok(()),
        });
        checked.map_err(|reason| wrong("upstream", upstream, reason))
    }

    /// Whether a server at `upstream` would be the gate itself, as far as can be told without
    /// asking a name server.
    pub(crate) fn leads_to(&self, listening: SocketAddr) -> bool {
        let Ok((host, port)) = split(&self.upstream) else { return false };
        let is_here = match host.parse::<IpAddr>() {
            Ok(ip) => ip == listening.ip() || listening.ip().is_unspecified() && is_ours(ip),
            Err(_) => host == "localhost" && is_loopback(listening.ip()),
        };
        port == listening.port() && is_here
    }
}

/// Whether this machine has the address: only then can it be bound.
fn is_ours(ip: IpAddr) -> bool {
    UdpSocket::bind((ip, 0)).is_ok()
}

/// Host and port to listen on.
///
/// # Errors
///
/// [`StartError::Address`] and [`StartError::Url`].
pub(crate) fn split_listen(listen: &str) -> Result<(&str, u16), StartError> {
    refuse_url("listen", listen)?;
    split(listen).map_err(|reason| wrong("listen", listen, reason))
}

fn refuse_url(what: &'static str, address: &str) -> Result<(), StartError> {
    url::address_of(address).map_or(Ok(()), |meant| Err(StartError::Url { what, meant }))
}

fn wrong(what: &'static str, address: &str, reason: &'static str) -> StartError {
    StartError::Address { what, address: address.to_owned(), reason }
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.is_loopback() || ip.is_unspecified()
}

/// Host and port of `HOST:PORT`; the brackets of an IPv6 host are taken off.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn split(address: &str) -> Result<(&str, u16), &'static str> {
    let (host, port) = address.rsplit_once(':').ok_or("it must be HOST:PORT")?;
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']').ok_or("its bracket is not closed")?,
        None if host.contains(':') => return Err("an IPv6 address must be in brackets"),
        None => host,
    };
    let port = port.parse().map_err(|_| "its port must be a number from 0 to 65535")?;
    Ok((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        assert_eq!(split("localhost:80"), Ok(("localhost", 80)));
        assert_eq!(split("[::1]:80"), Ok(("::1", 80)));
        assert_eq!(split(":0"), Ok(("", 0)));
        for wrong in ["localhost", "localhost:", "a:70000", "::1:80", "[::1:80", "a:-1"] {
            assert!(split(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_url_is_refused_with_the_address_that_it_has() {
        for (checked, says) in [
            (
                Route::check_upstream("redis://:secret@cache/0"),
                "upstream address is wrong: give cache:6379, not a URL",
            ),
            (
                Route::check_listen("http://localhost"),
                "listen address is wrong: give localhost:80, not a URL",
            ),
        ] {
            assert_eq!(checked.expect_err("a URL").to_string(), says);
        }
    }

    #[test]
    fn a_route_that_leads_to_itself_is_recognised() {
        let at = |text: &str| text.parse().expect("an address");
        assert!(Route::to("127.0.0.1:80").leads_to(at("127.0.0.1:80")));
        assert!(Route::to("localhost:80").leads_to(at("[::1]:80")));
        assert!(Route::to("127.0.0.1:80").leads_to(at("0.0.0.0:80")));
        assert!(!Route::to("127.0.0.1:81").leads_to(at("127.0.0.1:80")));
        assert!(!Route::to("127.0.0.2:80").leads_to(at("127.0.0.1:80")));
    }
}
