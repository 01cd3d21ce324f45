//! The protocol of `PostgreSQL`.

use chaosgate_messages::Protocol::Postgresql;

use crate::talk::Talk;

/// A connection on which this was said, as texts.
fn said(said: &[(char, &[u8])]) -> (String, String) {
    let talk = Talk::of(Postgresql, said);
    (talk.to_server.text(), talk.to_client.text())
}

const STARTUP: &[u8] = b"\0\0\0\x11\0\x03\0\0user\0me\0\0";
const SSL_REQUEST: &[u8] = b"\0\0\0\x08\x04\xd2\x16\x2f";
const GSS_REQUEST: &[u8] = b"\0\0\0\x08\x04\xd2\x16\x30";
const HELLO: &[u8] = b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03";

#[test]
fn a_session_is_found_with_the_names_of_the_documentation() {
    let (to_server, to_client) = said(&[
        ('>', STARTUP),
        ('<', b"R\0\0\0\x0c\0\0\0\x05salt"),
        ('>', b"p\0\0\0\x08pwd\0"),
        ('<', b"R\0\0\0\x08\0\0\0\0S\0\0\0\x09a\0bc\0Z\0\0\0\x05I"),
        ('>', b"Q\0\0\0\x0dSELECT 1\0"),
        ('<', b"T\0\0\0\x06\0\0D\0\0\0\x06\0\0C\0\0\0\x0dSELECT 1\0Z\0\0\0\x05I"),
        ('>', b"X\0\0\0\x04"),
    ]);
    assert_eq!(
        to_server,
        "0..17 StartupMessage@8, 17..26 PasswordMessage@22, 26..40 Query@31, 40..45 Terminate@45"
    );
    assert_eq!(
        to_client,
        "0..13 AuthenticationMD5Password@9, 13..22 AuthenticationOk@22, 22..32 ParameterStatus@27, \
         32..38 ReadyForQuery@37, 38..45 RowDescription@43, 45..52 DataRow@50, \
         52..66 CommandComplete@57, 66..72 ReadyForQuery@71"
    );
}

#[test]
fn what_follows_an_agreement_on_tls_is_lost() {
    let answer = ('<', &b"S"[..]);
    let (to_server, to_client) = said(&[('>', SSL_REQUEST), answer, ('>', HELLO), ('<', HELLO)]);
    let tls = "the connection is encrypted with TLS: no messages are seen in it";
    assert_eq!(to_server, format!("0..8 SSLRequest@8, 8: {tls}"));
    assert_eq!(to_client, format!("0..1 EncryptionResponse@1, 1: {tls}"));
}

#[test]
fn what_follows_an_agreement_on_gssapi_is_lost() {
    let token = b"\0\0\0\x10\x60\x82\x01\x02";
    let (to_server, to_client) =
        said(&[('>', GSS_REQUEST), ('<', b"G"), ('>', token), ('<', token)]);
    let gss = "the connection is encrypted with GSSAPI: no messages are seen in it";
    assert_eq!(to_server, format!("0..8 GSSENCRequest@8, 8: {gss}"));
    assert_eq!(to_client, format!("0..1 EncryptionResponse@1, 1: {gss}"));
}

#[test]
fn after_two_refusals_the_session_begins_unencrypted() {
    let (to_server, to_client) = said(&[
        ('>', GSS_REQUEST),
        ('<', b"N"),
        ('>', SSL_REQUEST),
        ('<', b"N"),
        ('>', STARTUP),
        ('<', b"N\0\0\0\x05\0"),
    ]);
    assert_eq!(to_server, "0..8 GSSENCRequest@8, 8..16 SSLRequest@16, 16..33 StartupMessage@24");
    assert_eq!(
        to_client,
        "0..1 EncryptionResponse@1, 1..2 EncryptionResponse@2, 2..8 NoticeResponse@7"
    );
}

#[test]
fn an_old_server_answers_the_question_of_tls_with_an_error() {
    let (_, to_client) = said(&[('>', SSL_REQUEST), ('<', b"E\0\0\0\x05\0E\0\0\0\x04")]);
    assert_eq!(to_client, "0..6 ErrorResponse@5, 6..11 ErrorResponse@11");
}

#[test]
fn a_connection_that_begins_with_tls_is_lost_both_ways() {
    let (to_server, to_client) = said(&[('>', HELLO), ('<', HELLO)]);
    assert!(to_server.starts_with("0.., 8: the connection is encrypted with TLS"), "{to_server}");
    assert!(to_client.starts_with("0.., 5: the connection is encrypted with TLS"), "{to_client}");
}

#[test]
fn a_cancel_request_is_a_message_without_a_tag() {
    let (to_server, _) = said(&[('>', b"\0\0\0\x10\x04\xd2\x16\x2e\0\0\0\x01\0\0\0\x02")]);
    assert_eq!(to_server, "0..16 CancelRequest@8");
}

#[test]
fn what_is_no_message_is_lost_and_the_reason_says_what_had_to_stand_there() {
    for (bytes, reason) in [
        (&b"\0\0\0\x07\0\x03\0\0"[..], "a length of 8 bytes to 10,000"),
        (b"GET / HTTP/1.1", "a length of 8 bytes to 10,000"),
        (b"\0\0\0\x08\0\x02\0\0", "version 3, or a request to encrypt or to cancel,"),
    ] {
        let (to_server, _) = said(&[('>', bytes)]);
        let expected = format!("0.., 8: not a message of postgresql: {reason} must stand there");
        assert_eq!(to_server, expected);
    }
    for (bytes, reason) in [
        (b"!\0\0\0\x04", "the tag of a message of clients"),
        (b"Q\0\0\0\x03", "a length of 4 bytes to 1 GiB"),
        (b"Q\x40\0\0\x01", "a length of 4 bytes to 1 GiB"),
    ] {
        let (to_server, _) = said(&[('>', STARTUP), ('>', bytes)]);
        let end = format!("17.., 22: not a message of postgresql: {reason} must stand there");
        assert!(to_server.ends_with(&end), "{to_server}");
    }
}

#[test]
fn a_step_of_authentication_without_its_number_is_one_all_the_same() {
    let (_, to_client) = said(&[('<', b"R\0\0\0\x04R\0\0\0\x08\0\0\0\x63")]);
    assert_eq!(to_client, "0..5 Authentication@5, 5..14 Authentication@14");
}

#[test]
fn on_a_connection_that_stands_all_messages_have_tags() {
    let midway = |bytes| {
        let talk = Talk::new(Postgresql.framers_midway()).saying(&[('>', bytes), ('<', bytes)]);
        (talk.to_server.text(), talk.to_client.text())
    };
    let (to_server, to_client) = midway(b"C\0\0\0\x07Sa\0");
    assert_eq!(to_server, "0..8 Close@5");
    assert_eq!(to_client, "0..8 CommandComplete@5");
    let lost =
        "0.., 5: the connection is encrypted with TLS: no messages are seen in it".to_owned();
    assert_eq!(midway(b"\x17\x03\x03\0\x10"), (lost.clone(), lost));
}
