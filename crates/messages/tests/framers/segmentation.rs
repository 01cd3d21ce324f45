//! What is found does not depend on how the bytes were cut, whatever they are.

use chaosgate_messages::{Mark, Protocol};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::talk::Talk;

/// What is said in one direction at a time.
type Said = Vec<(char, Vec<u8>)>;

/// Pieces of messages of all protocols, so that beginnings meet ends which are not theirs.
const PIECES: &[&[u8]] = &[
    b"\0\0\0\x08\x04\xd2\x16\x2f",
    b"\0\0\0\x08\x04\xd2\x16\x30",
    b"\0\0\0\x09\0\x03\0\0\0",
    b"Q\0\0\0\x05\0",
    b"R\0\0\0\x08\0\0\0\0",
    b"D\0\0\0\x07abc",
    b"S",
    b"N",
    b"*2\r\n",
    b"*?\r\n",
    b"$3\r\n",
    b"$?\r\n",
    b"GET\r\n",
    b";2\r\nab\r\n",
    b";0\r\n",
    b".\r\n",
    b"|1\r\n",
    b"%1\r\n",
    b"+OK\r\n",
    b"_\r\n",
    b"PING\r\n",
    b"GET / HTTP/1.1\r\n",
    b"HEAD / HTTP/1.1\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 101 X\r\n\r\n",
    b"HTTP/1.1 204 No\r\n\r\n",
    b"Content-Length: 3\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"\r\n",
    b"\n",
    b"3\r\nabc\r\n",
    b"0;x\r\n",
    b"abc",
    b"\0\x1c\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03www\x01a\x01b\0\0\x1c\0\x01\0\0",
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
];

fn said() -> impl Strategy<Value = Said> {
    let piece = prop_oneof![
        9 => select(PIECES).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..20),
    ];
    vec((select(vec!['>', '<']), vec(piece, 1..6).prop_map(|pieces| pieces.concat())), 0..12)
}

fn protocol() -> impl Strategy<Value = Protocol> {
    select(Protocol::ALL.to_vec())
}

/// All marks of both directions, if each segment has one of these lengths in turn.
fn marks(protocol: Protocol, said: &Said, lengths: &[usize]) -> [Vec<(usize, Mark)>; 2] {
    let mut lengths = lengths.iter().cycle();
    let mut talk = Talk::new(protocol.framers());
    for (way, bytes) in said {
        let mut rest = &bytes[..];
        while let Some(length) = lengths.next().filter(|_| !rest.is_empty()) {
            let (segment, after) = rest.split_at(rest.len().min(*length));
            talk.line(*way).read(segment);
            rest = after;
        }
    }
    talk.to_server.end();
    talk.to_client.end();
    [talk.to_server.marks, talk.to_client.marks]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_same_is_found_for_any_segmentation(
        protocol in protocol(), said in said(), lengths in vec(1..30_usize, 1..6),
    ) {
        let whole = marks(protocol, &said, &[usize::MAX]);
        prop_assert_eq!(&whole, &marks(protocol, &said, &[1]));
        prop_assert_eq!(&whole, &marks(protocol, &said, &lengths));
    }

    #[test]
    fn of_each_message_the_beginning_the_kind_and_the_end_are_told_in_this_order(
        protocol in protocol(), said in said(),
    ) {
        for marks in marks(protocol, &said, &[usize::MAX]) {
            prop_assert!(marks.is_sorted_by_key(|(place, _)| *place));
            let (last, before) = match marks.split_last() {
                Some(((_, Mark::Lost(_)), before)) => (true, before),
                _ => (false, &marks[..]),
            };
            for (number, (_, mark)) in before.iter().enumerate() {
                let in_turn = match number % 3 {
                    0 => matches!(mark, Mark::Begins),
                    1 => matches!(mark, Mark::Known(_)),
                    _ => matches!(mark, Mark::Ends),
                };
                prop_assert!(in_turn, "{marks:?}, lost: {last}");
            }
            for message in before.chunks_exact(3) {
                prop_assert!(message[0].0 < message[2].0, "no message is empty: {marks:?}");
            }
        }
    }
}
