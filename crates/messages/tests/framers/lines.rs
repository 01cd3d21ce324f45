//! Lines of text.

use chaosgate_messages::Protocol::Lines;

use crate::talk::Talk;

#[test]
fn a_line_is_known_at_once_and_ends_behind_its_line_feed() {
    let mut line = Talk::of(Lines, &[('>', b"a\r\n\nbcd\n")]).to_server;
    line.end();
    assert_eq!(line.text(), "0..3 line@0, 3..4 line@3, 4..8 line@4");
}

#[test]
fn the_last_line_ends_with_the_stream() {
    let mut line = Talk::of(Lines, &[('<', b"a\nb")]).to_client;
    assert_eq!(line.text(), "0..2 line@0, 2.. line@2");
    line.end();
    assert_eq!(line.text(), "0..2 line@0, 2..3 line@2");
}
