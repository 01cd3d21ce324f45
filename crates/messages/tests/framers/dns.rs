//! DNS, in datagrams and in streams.

use chaosgate_messages::Lost;
use chaosgate_messages::Protocol::Dns;

use crate::talk::Talk;

/// A message with these flags and this question: labels and type.
fn message(flags: u8, question: &[u8]) -> Vec<u8> {
    [&[0x12, 0x34, flags, 0, 0, 1, 0, 0, 0, 0, 0, 0], question, &[0, 1]].concat()
}

const AAAA: &[u8] = b"\x03WWW\x07example\x03com\0\0\x1c";

/// The kind and the name of the message in a datagram.
fn datagram(bytes: &[u8]) -> Result<(String, String), Lost> {
    let mut datagrams = Dns.datagrams().expect("it has datagrams");
    let kind = datagrams.read(bytes)?;
    Ok((format!("{kind:?}"), datagrams.text().expect("a name").to_owned()))
}

fn in_stream(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).expect("a short message");
    [&length.to_be_bytes(), message].concat()
}

#[test]
fn a_datagram_is_known_by_its_question() {
    let name = "www.example.com".to_owned();
    assert_eq!(datagram(&message(1, AAAA)), Ok(("query AAAA".into(), name.clone())));
    assert_eq!(datagram(&message(0x81, AAAA)), Ok(("response AAAA".into(), name)));
    let root = message(1, b"\0\xff\0");
    assert_eq!(datagram(&root), Ok(("query TYPE65280".into(), String::new())));
}

#[test]
fn letters_of_a_name_that_cannot_be_read_are_written_as_numbers() {
    let odd = message(1, b"\x06a.b\\c\xc3\x01 \0\0\x01");
    assert_eq!(datagram(&odd), Ok(("query A".into(), r"a\046b\092c\195.\032".into())));
}

#[test]
fn what_has_no_question_that_can_be_read_is_a_query_or_a_response() {
    let none = [0x12, 0x34, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    assert_eq!(datagram(&none), Ok(("response".into(), String::new())));
    let query = message(1, AAAA);
    for cut in 12..query.len() - 2 {
        assert_eq!(datagram(&query[..cut]), Ok(("query".into(), String::new())), "{cut}");
    }
    let reference = message(1, b"\xc0\x0c\0\x01");
    assert_eq!(datagram(&reference), Ok(("query".into(), String::new())));
    let endless = message(1, &b"\x3f".repeat(400));
    assert_eq!(datagram(&endless), Ok(("query".into(), String::new())));
}

#[test]
fn a_datagram_without_a_head_is_no_message() {
    for length in 0..12 {
        let error = datagram(&message(1, AAAA)[..length]).expect_err("too short").to_string();
        assert_eq!(error, "not a message of dns: a message of at least 12 bytes must stand there");
    }
}

#[test]
fn in_a_stream_each_message_stands_behind_its_length() {
    let query = in_stream(&message(1, AAAA));
    let again = in_stream(&message(1, b"\x01a\0\0\x01"));
    let line = Talk::of(Dns, &[('>', &[query, again].concat())]).to_server;
    assert_eq!(line.text(), "0..35 AAAA@35, 35..56 A@56");
    assert_eq!(line.texts, ["www.example.com", "a"]);
}

#[test]
fn a_stream_of_tls_or_of_too_short_messages_is_lost() {
    let hello = b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\0\0\0\0\0";
    let tls = Talk::of(Dns, &[('>', hello)]).to_server.text();
    assert_eq!(tls, "0.., 14: the connection is encrypted with TLS: no messages are seen in it");
    let short = Talk::of(Dns, &[('>', b"\0\x0b")]).to_server.text();
    assert!(short.starts_with("0.., 2: not a message of dns"), "{short}");
}
