//! Messages that begin with their length.

use chaosgate_messages::{Layout, LayoutError, Protocol};

use crate::talk::Talk;

fn layout(text: &str) -> Result<Layout, LayoutError> {
    text.parse()
}

fn found(text: &str, bytes: &[u8]) -> String {
    let protocol = Protocol::Length(layout(text).expect(text));
    Talk::of(protocol, &[('>', bytes)]).to_server.text()
}

#[test]
fn the_length_is_found_where_the_layout_has_it() {
    assert_eq!(found("", b"\0\0\0\x02ab\0\0\0\0"), "0..6 message@4, 6..10 message@10");
    assert_eq!(found("size=2,order=little", b"\x02\0ab"), "0..4 message@2");
    assert_eq!(found("offset=3,size=1,counts=message", b"abc\x06de"), "0..6 message@4");
    assert_eq!(found("size=8", b"\0\0\0\0\0\0\0\x01a"), "0..9 message@8");
    assert_eq!(found("size=8", &[0xff; 20]), "0.. message@8");
}

#[test]
fn a_length_that_ends_before_itself_is_lost() {
    assert_eq!(
        found("size=2,counts=message", b"\0\x01"),
        "0.., 2: not a message of length: a length that counts the bytes up to its own end must stand there"
    );
}

#[test]
fn a_layout_reads_as_it_is_written() {
    for (text, whole) in [
        ("", "offset=0,size=4,order=big,counts=rest"),
        (" size = 2 , order=little", "offset=0,size=2,order=little,counts=rest"),
        ("counts=message,offset=64", "offset=64,size=4,order=big,counts=message"),
    ] {
        let read = layout(text).expect(text);
        assert_eq!(read.to_string(), whole);
        assert_eq!(layout(whole), Ok(read));
    }
}

#[test]
fn a_mistake_in_a_layout_is_told_with_its_bound() {
    for (text, error) in [
        ("size=3", r#"length: size = "3" must be 1, 2, 4 or 8"#),
        ("offset=65", r#"length: offset = "65" must be 0 to 64"#),
        ("offset=-1", r#"length: offset = "-1" must be 0 to 64"#),
        ("order=middle", r#"length: order = "middle" must be big or little"#),
        ("counts=all", r#"length: counts = "all" must be rest or message"#),
        ("size=2,size=2", "length: size is given twice"),
        ("size", r#"length: "size" must be a parameter and its value, as in size=4"#),
        (
            "sise=2",
            r#"length has no parameter "sise": it must be one of offset, size, order, counts"#,
        ),
    ] {
        assert_eq!(layout(text).expect_err(text).to_string(), error);
    }
}
