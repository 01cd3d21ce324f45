//! RESP, versions 2 and 3.

use chaosgate_messages::Protocol::Redis;

use crate::talk::Talk;

fn commands(text: &str) -> String {
    Talk::of(Redis, &[('>', text.as_bytes())]).to_server.text()
}

fn replies(text: &str) -> String {
    Talk::of(Redis, &[('<', text.as_bytes())]).to_client.text()
}

#[test]
fn a_command_is_known_by_its_first_word_in_capitals() {
    assert_eq!(
        commands("*2\r\n$3\r\nget\r\n$7\r\nuser:42\r\n*1\r\n$4\r\nPING\r\n"),
        "0..26 GET@11, 26..40 PING@38"
    );
    assert_eq!(commands("*2\r\n$0\r\n\r\n$1\r\na\r\n"), "0..17 command@8");
}

#[test]
fn a_line_is_a_command_too() {
    assert_eq!(
        commands("PING\r\nset a b\n\r\n  get a\r\n"),
        "0..6 PING@4, 6..14 SET@9, 14..16 command@14, 16..25 GET@21"
    );
}

#[test]
fn a_command_without_words_is_one_without_a_name() {
    assert_eq!(commands("*0\r\n*-1\r\n"), "0..4 command@4, 4..9 command@9");
}

#[test]
fn a_first_word_that_is_no_name_leaves_a_command_without_one() {
    let long = "A".repeat(40);
    assert_eq!(commands(&format!("*1\r\n$40\r\n{long}\r\n")), "0..51 command@49");
    assert_eq!(commands("*1\r\n$3\r\na b\r\n"), "0..13 command@11");
}

#[test]
fn a_string_that_looks_like_a_command_is_none() {
    let text = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$14\r\n*1\r\n$4\r\nPING\r\n\r\n";
    assert_eq!(commands(text), format!("0..{} SET@11", text.len()));
}

#[test]
fn each_reply_has_the_kind_of_its_sign() {
    for (reply, kind) in [
        ("+OK\r\n", "simple-string@1"),
        ("-ERR no\r\n", "error@1"),
        (":-1\r\n", "integer@1"),
        ("$2\r\nab\r\n", "bulk-string@4"),
        ("$0\r\n\r\n", "bulk-string@4"),
        ("$-1\r\n", "null@5"),
        ("*-1\r\n", "null@5"),
        ("*0\r\n", "array@4"),
        ("_\r\n", "null@1"),
        ("#t\r\n", "boolean@1"),
        (",1.5\r\n", "double@1"),
        ("(349\r\n", "big-number@1"),
        ("!3\r\nERR\r\n", "bulk-error@4"),
        ("=6\r\ntxt:ab\r\n", "verbatim-string@4"),
        ("%1\r\n+a\r\n:1\r\n", "map@4"),
        ("~1\r\n+a\r\n", "set@4"),
        (">1\r\n+a\r\n", "push@4"),
    ] {
        assert_eq!(replies(reply), format!("0..{} {kind}", reply.len()), "{reply:?}");
    }
}

#[test]
fn a_reply_ends_with_the_last_value_in_it() {
    let nested = "*3\r\n*2\r\n:1\r\n$-1\r\n%1\r\n+k\r\n*0\r\n*1\r\n*1\r\n_\r\n";
    let text = format!("{nested}+OK\r\n");
    let end = nested.len();
    assert_eq!(replies(&text), format!("0..{end} array@4, {end}..{} simple-string@41", end + 5));
}

#[test]
fn an_attribute_belongs_to_the_reply_behind_it() {
    let text = "|1\r\n+ttl\r\n*1\r\n:9\r\n*1\r\n:1\r\n|0\r\n+OK\r\n";
    assert_eq!(replies(text), "0..26 array@22, 26..35 simple-string@31");
    assert_eq!(
        replies("*2\r\n|1\r\n+a\r\n+b\r\n:1\r\n:2\r\n+OK\r\n"),
        "0..24 array@4, 24..29 simple-string@25"
    );
}

#[test]
fn what_comes_in_pieces_of_unknown_number_ends_with_the_last() {
    assert_eq!(
        replies("$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n+OK\r\n"),
        "0..25 bulk-string@4, 25..30 simple-string@26"
    );
    assert_eq!(
        replies("*?\r\n*?\r\n:1\r\n.\r\n:2\r\n.\r\n+OK\r\n"),
        "0..22 array@4, 22..27 simple-string@23"
    );
}

#[test]
fn what_is_no_message_is_lost_and_the_reason_says_what_had_to_stand_there() {
    let lost = |reason: &str| format!("not a message of redis: {reason} must stand there");
    for (text, place, reason) in [
        ("*1\r\n+OK\r\n", "0.., 5", "the sign of a string, $,"),
        ("*?\r\n", "0.., 4", "the number of words"),
        ("*1\r\n$-1\r\n", "0.., 9", "the length of a string"),
        ("*1x", "0.., 3", "a number of up to 15 digits"),
        ("*1\rx", "0.., 4", "a line feed behind a carriage return"),
        ("*\r\n", "0.., 3", "a number, -1 or ?"),
        ("\x01", "0", "a command"),
    ] {
        assert_eq!(commands(text), format!("{place}: {}", lost(reason)), "{text:?}");
    }
    for (text, place, reason) in [
        ("HTTP/1.1", "0.., 1", "the sign of a value"),
        (".\r\n", "0.., 1", "the sign of a value"),
        (";1\r\n", "0.., 1", "the sign of a value"),
        ("%-1\r\n", "0.., 5", "how long the value is"),
        ("$1234567890123456\r\n", "0.., 17", "a number of up to 15 digits"),
    ] {
        assert_eq!(replies(text), format!("{place}: {}", lost(reason)), "{text:?}");
    }
}

#[test]
fn tls_is_lost_both_ways() {
    let tls = "the connection is encrypted with TLS: no messages are seen in it";
    assert_eq!(commands("\x16\x03\x01"), format!("0: {tls}"));
    assert_eq!(replies("\x15\x03\x03"), format!("0.., 1: {tls}"));
}

#[test]
fn values_in_values_are_followed_to_a_depth_of_64() {
    let deep = |depth: usize| "*2\r\n".repeat(depth);
    assert!(!replies(&deep(64)).contains("redis"));
    assert_eq!(
        replies(&deep(65)),
        "0.. array@4, 260: redis: values that stand in each other are followed up to 64, and here are more"
    );
    // Of these none has another one left.
    let last = "*1\r\n".repeat(1000) + "_\r\n";
    assert_eq!(replies(&last), format!("0..{} array@4", last.len()));
}
