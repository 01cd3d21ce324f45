//! HTTP/1.

use chaosgate_messages::Protocol::Http1;

use crate::talk::Talk;

fn said(said: &[(char, &str)]) -> (String, String) {
    let said: Vec<_> = said.iter().map(|(way, text)| (*way, text.as_bytes())).collect();
    let mut talk = Talk::of(Http1, &said);
    talk.to_server.end();
    talk.to_client.end();
    (talk.to_server.text(), talk.to_client.text())
}

/// What is found in this direction to the server.
fn requests(text: &str) -> String {
    said(&[('>', text)]).0
}

/// What is found in the responses to as many requests of `GET`.
fn responses(text: &str) -> String {
    said(&[('>', "GET / HTTP/1.1\r\n\r\n"), ('<', text)]).1
}

const TUNNEL: &str =
    "the connection has left HTTP/1 by CONNECT or an upgrade: no messages are seen in it";

#[test]
fn a_request_is_known_by_its_method_and_ends_with_its_body() {
    assert_eq!(
        requests(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n\
             POST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc\
             BREW /pot HTTP/1.0\n\n"
        ),
        "0..27 GET@27, 27..69 POST@66, 69..89 BREW@89"
    );
}

#[test]
fn empty_lines_before_a_head_belong_to_it() {
    assert_eq!(requests("\r\n\nGET / HTTP/1.1\r\n\r\n"), "0..21 GET@21");
}

#[test]
fn a_chunked_body_ends_behind_its_trailers() {
    let head = "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n";
    let at = head.len();
    for body in [
        "0\r\n\r\n",
        "3\r\nabc\r\n0\r\n\r\n",
        "00A;name=\"v\"\r\n0\r\n\r\n01234\r\n0;x\r\nA: b\r\nC: d\r\n\r\n",
        "1 \r\na\r\n0\r\n\r\n",
    ] {
        let end = at + body.len();
        let found = requests(&format!("{head}{body}GET / HTTP/1.1\r\n\r\n"));
        assert_eq!(found, format!("0..{end} POST@{at}, {end}..{} GET@{0}", end + 18), "{body:?}");
    }
}

#[test]
fn a_response_is_known_by_its_status_and_may_end_with_its_stream() {
    assert_eq!(
        responses("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 503 No\r\n\r\nbody"),
        "0..40 200@38, 40..63 503@59"
    );
}

#[test]
fn interim_responses_are_messages_before_the_response() {
    let (_, to_client) = said(&[
        ('>', "HEAD / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n"),
        ('<', "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"),
        ('<', "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
    ]);
    assert_eq!(to_client, "0..25 100@25, 25..53 103@53, 53..91 200@91");
}

#[test]
fn a_response_to_head_has_no_body_and_the_others_have_theirs() {
    let response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    let (_, to_client) = said(&[
        ('>', "GET / HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
        ('<', &format!("{response}hi{response}{response}ho")),
    ]);
    assert_eq!(to_client, "0..40 200@38, 40..78 200@78, 78..118 200@116");
}

#[test]
fn a_status_of_204_or_304_has_no_body() {
    for status in [204, 304] {
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: 5\r\n\r\n");
        let at = head.len();
        let found = responses(&format!("{head}HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"));
        assert_eq!(found, format!("0..{at} {status}@{at}, {at}..{} 500@{0}", at + 37));
    }
}

#[test]
fn a_tunnel_is_lost_both_ways_and_a_refused_one_is_not() {
    let connect = ('>', "CONNECT a:1 HTTP/1.1\r\n\r\n");
    let (to_server, to_client) =
        said(&[connect, ('<', "HTTP/1.1 200 OK\r\n\r\n"), ('<', "x"), ('>', "y")]);
    assert_eq!(to_server, format!("0..24 CONNECT@24, 24: {TUNNEL}"));
    assert_eq!(to_client, format!("0..19 200@19, 19: {TUNNEL}"));

    let refused = "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n";
    let (to_server, _) = said(&[connect, ('<', refused), ('>', "GET / HTTP/1.1\r\n\r\n")]);
    assert_eq!(to_server, "0..24 CONNECT@24, 24..42 GET@42");

    let (to_server, _) = said(&[connect, ('>', "at once")]);
    assert_eq!(to_server, format!("0..24 CONNECT@24, 24: {TUNNEL}"));
}

#[test]
fn an_upgrade_leaves_the_protocol_both_ways_once_the_server_agrees() {
    let (to_server, to_client) = said(&[
        ('>', "GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
        ('>', "GET / HTTP/1.1\r\n\r\n"),
        ('<', "HTTP/1.1 101 Switching Protocols\r\n\r\n\x01a"),
        ('>', "\u{1}\u{1}"),
    ]);
    assert_eq!(to_server, format!("0..42 GET@42, 42..60 GET@60, 60: {TUNNEL}"));
    assert_eq!(to_client, format!("0..36 101@36, 36: {TUNNEL}"));
}

#[test]
fn a_body_whose_length_is_told_in_two_ways_is_lost() {
    for (fields, expected) in [
        ("Content-Length: 3\r\nContent-Length: 4", "one Content-Length"),
        ("Content-Length: 3, 4", "one Content-Length"),
        ("Content-Length: +3", "a Content-Length"),
        (
            "Content-Length: 3\r\nTransfer-Encoding: chunked",
            "Content-Length or Transfer-Encoding, not both,",
        ),
        ("Transfer-Encoding: chunked, gzip", "chunked as the last Transfer-Encoding of a request"),
    ] {
        let head = format!("POST / HTTP/1.1\r\n{fields}\r\n\r\n");
        let lost = format!("not a message of http1: {expected} must stand there");
        assert_eq!(requests(&head), format!("0.., {}: {lost}", head.len()));
    }
    let same = "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1, 1\r\n\r\na";
    assert_eq!(requests(same), format!("0..{} POST@{}", same.len(), same.len() - 1));
}

#[test]
fn a_response_that_depends_on_a_lost_request_is_lost() {
    let response = "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n";
    let (_, to_client) =
        said(&[('>', "GET / HTTP/1.1\r\n\r\nnot HTTP\r\n\r\n"), ('<', response), ('<', response)]);
    assert_eq!(
        to_client,
        "0..39 400@39, 39.., 78: http1: how long this is depends on the other direction, which is lost"
    );
}

#[test]
fn a_response_that_nobody_asked_for_is_one_all_the_same() {
    let (_, to_client) = said(&[('<', "HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n")]);
    assert_eq!(to_client, "0..40 408@40");
}

#[test]
fn more_than_30_requests_without_a_response_are_lost() {
    let requests = requests(&"GET / HTTP/1.1\r\n\r\n".repeat(40));
    let end =
        "540.., 558: http1: requests without a response are followed up to 30, and here are more";
    assert!(requests.ends_with(end), "{requests}");
}

#[test]
fn a_head_is_read_up_to_64_kib_and_256_fields() {
    let longest = 64 * 1024;
    let head = format!("GET /{}", "a".repeat(2 * longest));
    let lost = "http1: bytes of a head are followed up to 65536, and here are more";
    assert_eq!(requests(&head), format!("0.., {longest}: {lost}"));

    let fields = |count: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(count));
    assert_eq!(requests(&fields(256)), "0..1554 GET@1554");
    let lost = "http1: fields of a head are followed up to 256, and here are more";
    assert_eq!(requests(&fields(257)), format!("0.., 1560: {lost}"));
}

#[test]
fn other_protocols_are_told_apart() {
    assert!(requests("\u{16}\u{3}\u{1}").contains("encrypted with TLS"));
    assert!(requests("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").contains("speaks HTTP/2"));
    let lost = "not a message of http1: the head of a request must stand there";
    assert_eq!(requests("EHLO a\r\n\r\n"), format!("0.., 10: {lost}"));
    assert!(responses("220 mail\r\n\r\n").contains("the head of a response must stand there"));
}

#[test]
fn a_chunk_that_is_none_is_lost() {
    let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (body, expected) in [
        ("x", "the size of a chunk"),
        (";", "the size of a chunk"),
        ("1234567890123456\r\n", "the size of a chunk"),
        ("1\r\naa", "the end of a chunk's line"),
    ] {
        let found = requests(&format!("{head}{body}"));
        assert!(found.ends_with(&format!("{expected} must stand there")), "{found}");
    }
}
