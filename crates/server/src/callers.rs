//! Who may call: no page that a browser shows, on whatever name it has found the way here.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN, USER_AGENT};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses what comes from a page of another site, or of one whose name may lead anywhere.
pub(crate) async fn refuse_other_sites(request: Request, next: Next) -> Response {
    if is_from_another_site(request.headers()) {
        let remedy =
            "a page may call the site alone that it comes from, by localhost or an address";
        return refused(request.headers(), &ORIGIN, "origin not allowed", remedy);
    }
    next.run(request).await
}

/// Refuses calls to a name that is not this machine's: a page may have a name of its own that leads
/// here. Only for a server that is reached over the loopback interface alone, since containers are
/// called by any name.
pub(crate) async fn refuse_other_hosts(request: Request, next: Next) -> Response {
    if host(request.headers()).is_some_and(|host| !is_loopback(host)) {
        let remedy = "it listens on the loopback interface, where it is called localhost; called by \
                      another name, it has to listen elsewhere, such as on 0.0.0.0";
        return refused(request.headers(), &HOST, "host not allowed", remedy);
    }
    next.run(request).await
}

/// The log has the value: who calls a server by a name that it does not go by has to find out.
fn refused(headers: &HeaderMap, field: &HeaderName, says: &str, remedy: &str) -> Response {
    let value = headers.get(field).map(|value| value.as_bytes().escape_ascii().to_string());
    let value = value.unwrap_or_default();
    tracing::warn!(target: "chaosgate", %field, value, "a call is refused: {says}: {remedy}");
    (StatusCode::FORBIDDEN, format!("{says}: {remedy}\n")).into_response()
}

fn is_from_another_site(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return false };
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    let authority = origin.as_ref().and_then(Uri::authority).map(Authority::as_str);
    // A name may have led somewhere else when the page came from there.
    let is_sure = host(headers).is_some_and(|host| is_loopback(host) || is_address(host));
    !is_sure || authority.is_none() || authority != host(headers)
}

/// Whether a call is that of a browser.
pub(crate) fn is_browser(headers: &HeaderMap) -> bool {
    headers.get(USER_AGENT).is_some_and(|agent| agent.as_bytes().starts_with(b"Mozilla/"))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    // One that is no text is nobody's.
    headers.get(HOST).map(|host| host.to_str().unwrap_or_default())
}

/// Without the port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|bracketed| bracketed.split_once(']')) {
        Some((ip, _)) => ip,
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn is_address(host: &str) -> bool {
    name_of(host).parse::<IpAddr>().is_ok()
}

fn is_loopback(host: &str) -> bool {
    let name = name_of(host).trim_end_matches('.').to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_has_these_names() {
        for own in
            ["localhost", "LOCALHOST:8474", "127.0.0.1:1", "127.1.2.3", "[::1]:80", "a.localhost"]
        {
            assert!(is_loopback(own), "{own}");
        }
        for other in ["", "example.org", "localhost.example.org:8474", "192.168.0.1", "[::2]:80"] {
            assert!(!is_loopback(other), "{other}");
        }
    }

    #[test]
    fn a_page_may_call_the_site_that_it_comes_from() {
        let headers = |origin: &str| {
            let fields = [(HOST, "localhost:8474"), (ORIGIN, origin)];
            fields
                .map(|(name, value)| (name, value.parse().expect("a value")))
                .into_iter()
                .collect()
        };
        assert!(!is_from_another_site(&headers("http://localhost:8474")));
        for other in ["http://localhost", "http://example.org", "null", ""] {
            assert!(is_from_another_site(&headers(other)), "{other}");
        }
        assert!(!is_from_another_site(&HeaderMap::new()));
    }

    /// It may have led to the server of the page before, and here since then.
    #[test]
    fn a_page_whose_site_has_a_name_is_one_of_another_site() {
        for (host, is_refused) in
            [("example.org", true), ("192.0.2.1:8474", false), ("[::2]", false)]
        {
            let fields = [(HOST, host.to_owned()), (ORIGIN, format!("http://{host}"))];
            let headers = fields.map(|(name, value)| (name, value.parse().expect("a value")));
            assert_eq!(is_from_another_site(&headers.into_iter().collect()), is_refused, "{host}");
        }
    }
}
