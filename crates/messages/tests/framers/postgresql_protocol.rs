//! The protocol of `PostgreSQL` as `postgres-protocol` writes and reads it.

use bytes::BytesMut;
use chaosgate_messages::Protocol::Postgresql;
use postgres_protocol::IsNull;
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend::{self, CopyData};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::talk::Talk;

/// What a client sends after its startup.
#[derive(Debug, Clone)]
struct Sent {
    name: &'static str,
    text: String,
}

fn sent() -> impl Strategy<Value = Sent> {
    const NAMES: &[&str] = &[
        "Bind",
        "Close",
        "CopyData",
        "CopyDone",
        "CopyFail",
        "Describe",
        "Execute",
        "Flush",
        "Parse",
        "PasswordMessage",
        "Query",
        "Sync",
        "Terminate",
    ];
    (select(NAMES), "[a-z ]{0,40}").prop_map(|(name, text)| Sent { name, text })
}

impl Sent {
    fn write(&self, buffer: &mut BytesMut) {
        let text = self.text.as_str();
        match self.name {
            "Bind" => {
                let value = |value: &str, buffer: &mut BytesMut| {
                    buffer.extend_from_slice(value.as_bytes());
                    Ok(IsNull::No)
                };
                assert!(frontend::bind("", text, [1], [text], value, [1], buffer).is_ok());
            }
            "Close" => frontend::close(b'S', text, buffer).unwrap(),
            "CopyData" => CopyData::new(text.as_bytes()).unwrap().write(buffer),
            "CopyDone" => frontend::copy_done(buffer),
            "CopyFail" => frontend::copy_fail(text, buffer).unwrap(),
            "Describe" => frontend::describe(b'P', text, buffer).unwrap(),
            "Execute" => frontend::execute(text, 7, buffer).unwrap(),
            "Flush" => frontend::flush(buffer),
            "Parse" => frontend::parse(text, text, [25], buffer).unwrap(),
            "PasswordMessage" => frontend::password_message(text.as_bytes(), buffer).unwrap(),
            "Query" => frontend::query(text, buffer).unwrap(),
            "Sync" => frontend::sync(buffer),
            _ => frontend::terminate(buffer),
        }
    }
}

/// Messages of a server, each with a body that is right for its tag.
const RECEIVED: &[&[u8]] = &[
    b"R\0\0\0\x08\0\0\0\0",
    b"R\0\0\0\x08\0\0\0\x03",
    b"R\0\0\0\x0c\0\0\0\x05salt",
    b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0",
    b"R\0\0\0\x0b\0\0\0\x0br=1",
    b"K\0\0\0\x0c\0\0\0\x01\0\0\0\x02",
    b"S\0\0\0\x09a\0bc\0",
    b"Z\0\0\0\x05I",
    b"T\0\0\0\x1a\0\x01n\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0",
    b"D\0\0\0\x0d\0\x01\0\0\0\x03Q\0S",
    b"C\0\0\0\x0dSELECT 1\0",
    b"E\0\0\0\x0aSfoo\0\0",
    b"N\0\0\0\x0aSfoo\0\0",
    b"A\0\0\0\x0c\0\0\0\x01c\0p\0",
    b"1\0\0\0\x04",
    b"2\0\0\0\x04",
    b"3\0\0\0\x04",
    b"n\0\0\0\x04",
    b"s\0\0\0\x04",
    b"I\0\0\0\x04",
    b"t\0\0\0\x0a\0\x01\0\0\0\x19",
    b"d\0\0\0\x08data",
    b"c\0\0\0\x04",
];

/// The names in the documentation of what was read.
fn name(message: &Message) -> &'static str {
    match message {
        Message::AuthenticationOk => "AuthenticationOk",
        Message::AuthenticationCleartextPassword => "AuthenticationCleartextPassword",
        Message::AuthenticationMd5Password(_) => "AuthenticationMD5Password",
        Message::AuthenticationSasl(_) => "AuthenticationSASL",
        Message::AuthenticationSaslContinue(_) => "AuthenticationSASLContinue",
        Message::BackendKeyData(_) => "BackendKeyData",
        Message::ParameterStatus(_) => "ParameterStatus",
        Message::ReadyForQuery(_) => "ReadyForQuery",
        Message::RowDescription(_) => "RowDescription",
        Message::DataRow(_) => "DataRow",
        Message::CommandComplete(_) => "CommandComplete",
        Message::ErrorResponse(_) => "ErrorResponse",
        Message::NoticeResponse(_) => "NoticeResponse",
        Message::NotificationResponse(_) => "NotificationResponse",
        Message::ParseComplete => "ParseComplete",
        Message::BindComplete => "BindComplete",
        Message::CloseComplete => "CloseComplete",
        Message::NoData => "NoData",
        Message::PortalSuspended => "PortalSuspended",
        Message::EmptyQueryResponse => "EmptyQueryResponse",
        Message::ParameterDescription(_) => "ParameterDescription",
        Message::CopyData(_) => "CopyData",
        Message::CopyDone => "CopyDone",
        _ => "another",
    }
}

proptest! {
    #[test]
    fn what_is_sent_is_found_as_it_was_written(messages in vec(sent(), 0..12)) {
        let mut buffer = BytesMut::new();
        frontend::startup_message([("user", "me")], &mut buffer).unwrap();
        let mut written = vec![(0, buffer.len(), "StartupMessage".to_owned())];
        for message in &messages {
            let begin = buffer.len();
            message.write(&mut buffer);
            written.push((begin, buffer.len(), message.name.to_owned()));
        }
        prop_assert_eq!(Talk::of(Postgresql, &[('>', &buffer)]).to_server.messages(), written);
    }

    #[test]
    fn what_is_received_is_found_as_it_is_read(messages in vec(select(RECEIVED), 0..12)) {
        let bytes = messages.concat();
        let mut rest = BytesMut::from(&bytes[..]);
        let mut read = Vec::new();
        while !rest.is_empty() {
            let begin = bytes.len() - rest.len();
            let message = Message::parse(&mut rest).expect("a message").expect("a whole one");
            read.push((begin, bytes.len() - rest.len(), name(&message).to_owned()));
        }
        prop_assert_eq!(Talk::of(Postgresql, &[('<', &bytes)]).to_client.messages(), read);
    }
}
