//! Which messages are meant.

use chaosgate_messages::{KindPattern, Mark, PatternError, Protocol};

use crate::talk::Talk;

fn pattern(text: &str) -> Result<KindPattern, PatternError> {
    text.parse()
}

/// Whether the first message of a connection on which this was said is meant.
fn matches(text: &str, way: char, bytes: &[u8]) -> bool {
    let pattern = pattern(text).expect(text);
    let mut talk = Talk::of(pattern.protocol(), &[(way, bytes)]);
    let Some((_, Mark::Known(kind))) = talk.line(way).marks.get(1) else {
        panic!("no kind is known of {bytes:?}");
    };
    pattern.matches(*kind)
}

#[test]
fn a_message_is_meant_by_its_general_and_its_special_name_in_any_case() {
    let get = b"GET / HTTP/1.1\r\n\r\n";
    for (text, is_meant) in [
        ("http1", true),
        ("http1/request", true),
        ("HTTP1/get", true),
        ("http1/POST", false),
        ("http1/response", false),
    ] {
        assert_eq!(matches(text, '>', get), is_meant, "{text}");
    }
    let unavailable = b"HTTP/1.1 503 No\r\n\r\n";
    for (text, is_meant) in
        [("http1/503", true), ("http1/5xx", true), ("http1/4XX", false), ("http1/500", false)]
    {
        assert_eq!(matches(text, '<', unavailable), is_meant, "{text}");
    }
    assert!(matches("redis/get", '>', b"get a\r\n") && matches("redis/command", '>', b"get a\r\n"));
    assert!(matches("postgresql/startupmessage", '>', b"\0\0\0\x09\0\x03\0\0\0"));
}

#[test]
fn a_type_of_dns_is_meant_by_its_number_too() {
    let query = b"\0\x18\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01a\x01b\0\0\x1c\0\x01\0";
    for text in ["dns/AAAA", "dns/type28", "dns/query"] {
        assert!(matches(text, '>', query), "{text}");
    }
    assert_eq!(pattern("dns/type28"), pattern("dns/aaaa"));
}

#[test]
fn a_pattern_is_written_as_the_messages_have_their_names() {
    for (text, written) in [
        ("postgresql", "postgresql"),
        ("PostgreSQL/readyforquery", "postgresql/ReadyForQuery"),
        ("redis/get", "redis/GET"),
        ("redis/Bulk-String", "redis/bulk-string"),
        ("http1/5XX", "http1/5xx"),
        ("dns/TYPE65", "dns/HTTPS"),
        ("dns/TYPE65280", "dns/TYPE65280"),
        ("length:size=2", "length:offset=0,size=2,order=big,counts=rest"),
        ("length/message", "length:offset=0,size=4,order=big,counts=rest/message"),
    ] {
        let read = pattern(text).expect(text);
        assert_eq!(read.to_string(), written);
        assert_eq!(pattern(written), Ok(read));
    }
}

#[test]
fn a_pattern_knows_in_which_directions_its_messages_go() {
    for (text, to_server, to_client) in [
        ("postgresql", true, true),
        ("postgresql/Query", true, false),
        ("postgresql/CopyData", true, true),
        ("postgresql/DataRow", false, true),
        ("redis/GET", true, false),
        ("redis/array", false, true),
        ("http1/GET", true, false),
        ("http1/request", true, false),
        ("http1/503", false, true),
        ("http1/5xx", false, true),
        ("dns/A", true, true),
        ("dns/response", false, true),
        ("lines/line", true, true),
    ] {
        let pattern = pattern(text).expect(text);
        assert_eq!(
            (pattern.goes_to_server(), pattern.goes_to_client()),
            (to_server, to_client),
            "{text}"
        );
    }
}

#[test]
fn a_mistake_is_told_with_what_was_probably_meant() {
    for (text, parts) in [
        ("postgres/Query", &["unknown protocol \"postgres\"", "did you mean \"postgresql\"?"][..]),
        ("quux", &["must be one of postgresql, redis, http1, dns, lines, length"]),
        ("postgresql/Qeury", &["postgresql has no messages \"Qeury\"", "did you mean \"Query\"?"]),
        (
            "http1/60",
            &[
                "http1 has no messages \"60\": they are request, response; or a request by its method",
            ],
        ),
        ("dns/AAAAA", &["dns has no messages \"AAAAA\""]),
        ("redis/", &["\"\" names no messages: it must be 1 to 31 visible letters of ASCII"]),
        ("redis/a b", &["\"a b\" names no messages"]),
        ("redis:size=4/GET", &["redis has no parameters: \"size=4\" must not be there"]),
        ("length:size=3/message", &["size = \"3\" must be 1, 2, 4 or 8"]),
    ] {
        let error = pattern(text).expect_err(text).to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{text}: {error}");
    }
}

#[test]
fn every_protocol_and_every_kind_says_what_it_is_and_can_be_written() {
    for protocol in Protocol::ALL {
        let info = protocol.info();
        assert!(!info.docs.is_empty());
        assert_eq!(protocol.to_string().parse(), Ok(protocol));
        assert_eq!(info.name.parse(), Ok(protocol));
        for kind in info.to_server.known.iter().chain(info.to_client.known) {
            assert!(!kind.docs.is_empty(), "{}", kind.name);
            let text = format!("{}/{}", info.name, kind.name);
            let pattern = pattern(&text).expect(&text);
            assert_eq!(
                pattern.goes_to_server(),
                info.to_server.find(kind.name).is_some(),
                "{text}"
            );
            assert_eq!(
                pattern.goes_to_client(),
                info.to_client.find(kind.name).is_some(),
                "{text}"
            );
        }
    }
}
