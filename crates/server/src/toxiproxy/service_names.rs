//! Ports that are written as the name of a service.

use std::fs;

/// Those that work without the system's own list, which small containers lack.
const COMMON: [(&str, u16); 7] = [
    ("domain", 53),
    ("ftp", 21),
    ("http", 80),
    ("https", 443),
    ("imap", 143),
    ("smtp", 25),
    ("ssh", 22),
];

/// The system's list, where it has one.
const LIST: &str = "/etc/services";

/// The port that is written so: a number, the name of a service, or nothing for a free one.
pub(super) fn port(written: &str) -> Option<u16> {
    if written.is_empty() {
        return Some(0);
    }
    if written.starts_with(|first: char| first.is_ascii_digit()) {
        return written.parse().ok();
    }
    let common = COMMON.iter().find(|(name, _)| *name == written).map(|(_, port)| *port);
    common.or_else(|| port_in(&fs::read_to_string(LIST).unwrap_or_default(), written))
}

/// Looks a name up in lines such as `postgresql 5432/tcp postgres # a comment`.
fn port_in(list: &str, service: &str) -> Option<u16> {
    list.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let (name, place) = (words.next()?, words.next()?);
        let port = place.strip_suffix("/tcp")?;
        (name == service || words.any(|alias| alias == service)).then(|| port.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_nothing_need_no_list() {
        assert_eq!((port("80"), port(""), port("http")), (Some(80), Some(0), Some(80)));
        assert_eq!((port("65536"), port("80x"), port("-1")), (None, None, None));
    }

    #[test]
    fn a_service_is_found_by_its_name_and_by_its_aliases() {
        let list = "# a list\nfoo 1/udp\nfoo 2/tcp other # bar\n\npostgresql\t5432/tcp\tpostgres\n";
        let names = ["foo", "other", "bar", "postgres"];
        assert_eq!(names.map(|name| port_in(list, name)), [Some(2), Some(2), None, Some(5432)]);
    }
}
