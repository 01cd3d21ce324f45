//! A URL where an address is to be.

/// The ports of those schemes that have one without saying so.
const PORTS: [(&str, u16); 13] = [
    ("http", 80),
    ("ws", 80),
    ("https", 443),
    ("wss", 443),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("redis", 6379),
    ("rediss", 6379),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("amqp", 5672),
    ("amqps", 5671),
    ("mongodb", 27017),
];

/// The `HOST:PORT` of a text that is a URL or has a user in it, with `PORT` itself where that is not known, and
/// nothing that may be of a password; `None` for any other text.
pub(crate) fn address_of(text: &str) -> Option<String> {
    let (scheme, rest) =
        text.split_once("://").or_else(|| text.contains('@').then_some(("", text)))?;
    // Passwords are not always written as they should be: none of one is to be taken for a host.
    let hosts = rest.rsplit('@').next().unwrap_or_default();
    let hosts = hosts.split(['/', '?', '#']).next().unwrap_or_default();
    // There may be several, as of a cluster.
    let host = hosts.split(',').next().unwrap_or_default();
    let (host, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let host = if host.is_empty() { "localhost" } else { host };
    let port = port.filter(|port| !port.is_empty()).map(str::to_owned);
    let port = port.or_else(|| port_of(scheme)).unwrap_or_else(|| "PORT".to_owned());
    let meant = format!("{host}:{port}");
    let is_clean = meant.chars().all(|char| char.is_ascii_graphic());
    Some(if is_clean { meant } else { "HOST:PORT".to_owned() })
}

/// The port of a scheme, which may say more behind a plus sign: `postgresql+asyncpg`.
fn port_of(scheme: &str) -> Option<String> {
    let name = scheme.split('+').next().unwrap_or_default().to_ascii_lowercase();
    PORTS.iter().find(|(known, _)| *known == name).map(|(_, port)| port.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_a_host_and_a_port() {
        for (url, address) in [
            ("redis://127.0.0.1:6379", "127.0.0.1:6379"),
            ("redis://127.0.0.1/0", "127.0.0.1:6379"),
            ("postgresql+asyncpg://me:p@ss@db/app?a=b:c", "db:5432"),
            ("postgres://me@db:6432/app", "db:6432"),
            ("HTTPS://example.org/a:b", "example.org:443"),
            ("http://[::1]", "[::1]:80"),
            ("amqp://[::1]:7", "[::1]:7"),
            ("mysql://", "localhost:3306"),
            ("mongodb://a:1,b:2/test", "a:1"),
            ("gopher://hole", "hole:PORT"),
            ("postgres://app:s3cr3t/2024@db/app", "db:5432"),
            ("redis://:a#b?c@localhost/0", "localhost:6379"),
            ("app:s3cr3t@db:5432", "db:5432"),
            ("http://a\u{1b}[31m", "HOST:PORT"),
            ("http://a b", "HOST:PORT"),
        ] {
            assert_eq!(address_of(url).as_deref(), Some(address), "{url}");
        }
    }

    #[test]
    fn an_address_is_no_url() {
        for address in ["127.0.0.1:6379", "[::1]:80", ":0", "localhost", ""] {
            assert_eq!(address_of(address), None, "{address}");
        }
    }
}
