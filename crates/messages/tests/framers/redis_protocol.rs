//! RESP as the crate `redis-protocol` writes and reads it.

use chaosgate_messages::Protocol::Redis;
use proptest::collection::{hash_map, hash_set, vec};
use proptest::prelude::*;
use redis_protocol::resp2::encode as resp2;
use redis_protocol::resp2::types::{OwnedFrame as Resp2, Resp2Frame};
use redis_protocol::resp3::decode::complete::decode;
use redis_protocol::resp3::encode::complete::encode;
use redis_protocol::resp3::types::{FrameKind, OwnedFrame, Resp3Frame, VerbatimStringFormat};

use crate::talk::Talk;

fn reply() -> impl Strategy<Value = OwnedFrame> {
    let attributes = None;
    let bytes = || vec(any::<u8>(), 0..40);
    let leaf = prop_oneof![
        Just(OwnedFrame::Null),
        bytes().prop_map(|data| OwnedFrame::BlobString { data, attributes: None }),
        bytes().prop_map(|data| OwnedFrame::BlobError { data, attributes: None }),
        "[ -~]{0,20}"
            .prop_map(|text| OwnedFrame::SimpleString { data: text.into(), attributes: None }),
        "[ -~]{0,20}".prop_map(|data| OwnedFrame::SimpleError { data, attributes: None }),
        any::<bool>().prop_map(|data| OwnedFrame::Boolean { data, attributes: None }),
        any::<i64>().prop_map(|data| OwnedFrame::Number { data, attributes: None }),
        any::<i32>()
            .prop_map(|data| OwnedFrame::Double { data: f64::from(data) / 8.0, attributes: None }),
        "[0-9]{1,30}"
            .prop_map(|text| OwnedFrame::BigNumber { data: text.into(), attributes: None }),
        bytes().prop_map(move |data| {
            let (format, attributes) = (VerbatimStringFormat::Text, attributes.clone());
            OwnedFrame::VerbatimString { data, format, attributes }
        }),
    ];
    // Keys of maps and members of sets are of few types there.
    let key = || {
        let key = |text: String| OwnedFrame::SimpleString { data: text.into(), attributes: None };
        "[a-z]{1,8}".prop_map(key)
    };
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(|data| OwnedFrame::Array { data, attributes: None }),
            hash_set(key(), 0..6).prop_map(|data| OwnedFrame::Set { data, attributes: None }),
            hash_map(key(), inner, 0..4)
                .prop_map(|data| OwnedFrame::Map { data, attributes: None }),
        ]
    })
}

fn name(kind: FrameKind) -> &'static str {
    match kind {
        FrameKind::Array => "array",
        FrameKind::BlobString => "bulk-string",
        FrameKind::SimpleString => "simple-string",
        FrameKind::SimpleError => "error",
        FrameKind::Number => "integer",
        FrameKind::Null => "null",
        FrameKind::Double => "double",
        FrameKind::Boolean => "boolean",
        FrameKind::BlobError => "bulk-error",
        FrameKind::VerbatimString => "verbatim-string",
        FrameKind::Map => "map",
        FrameKind::Set => "set",
        FrameKind::BigNumber => "big-number",
        _ => "another",
    }
}

proptest! {
    #[test]
    fn replies_are_found_as_they_are_written_and_read(replies in vec(reply(), 0..6)) {
        let mut buffer = Vec::new();
        let mut written = Vec::new();
        for reply in &replies {
            let begin = buffer.len();
            buffer.resize(begin + reply.encode_len(false), 0);
            encode(&mut buffer[begin..], reply, false).expect("a reply");
            written.push((begin, buffer.len(), name(reply.kind()).to_owned()));
            let (_, read) = decode(&buffer[begin..]).expect("a reply").expect("a whole one");
            prop_assert_eq!(read, buffer.len() - begin);
        }
        prop_assert_eq!(Talk::of(Redis, &[('<', &buffer)]).to_client.messages(), written);
    }

    #[test]
    fn commands_are_found_as_they_are_written(
        commands in vec(("[a-zA-Z.]{1,31}", vec(vec(any::<u8>(), 0..40), 0..5)), 0..6),
    ) {
        let mut buffer = Vec::new();
        let mut written = Vec::new();
        for (name, arguments) in commands {
            let begin = buffer.len();
            let words = [name.clone().into_bytes()].into_iter().chain(arguments);
            let frame = Resp2::Array(words.map(Resp2::BulkString).collect());
            buffer.resize(begin + frame.encode_len(false), 0);
            resp2::encode(&mut buffer[begin..], &frame, false).expect("a command");
            written.push((begin, buffer.len(), name.to_ascii_uppercase()));
        }
        prop_assert_eq!(Talk::of(Redis, &[('>', &buffer)]).to_server.messages(), written);
    }
}
