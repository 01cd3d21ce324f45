//! DNS as `hickory-proto` writes it.

use chaosgate_messages::Protocol::Dns;
use hickory_proto::op::{Message, MessageType, OpCode, Query};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{Name, RData, Record, RecordType};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::talk::Talk;

/// A name, and a type by its number.
fn question() -> impl Strategy<Value = (String, u16)> {
    let known = prop_oneof![1..=65_u16, Just(255), Just(256), Just(257), any::<u16>()];
    (vec("[a-zA-Z0-9]{1,12}", 0..6).prop_map(|labels| labels.join(".")), known)
}

fn message(kind: MessageType, name: &str, number: u16) -> Vec<u8> {
    let name = Name::from_ascii(name).expect("a name");
    let mut message = Message::new(7, kind, OpCode::Query);
    message.add_query(Query::query(name.clone(), RecordType::from(number)));
    if kind == MessageType::Response {
        let address = RData::A(A::new(127, 0, 0, 1));
        message.add_answer(Record::from_rdata(name, 60, address));
    }
    message.to_vec().expect("a message")
}

#[test]
fn a_type_that_has_a_name_has_the_same_one_there() {
    let mut datagrams = Dns.datagrams().expect("it has datagrams");
    for number in 0..=u16::MAX {
        let found = datagrams.read(&message(MessageType::Query, "a", number)).expect("a message");
        match RecordType::from(number) {
            // What only one of the two has a name for.
            RecordType::ZERO | RecordType::ANAME | RecordType::Unknown(_) => {}
            known => assert!(found.is(&known.to_string()), "{found} is {known}"),
        }
    }
}

proptest! {
    #[test]
    fn the_question_of_a_message_is_found_as_it_was_written(
        (text, number) in question(), is_query: bool,
    ) {
        let kind = if is_query { MessageType::Query } else { MessageType::Response };
        let bytes = message(kind, &text, number);
        let mut datagrams = Dns.datagrams().expect("it has datagrams");
        let found = datagrams.read(&bytes).expect("a message");
        let general = if is_query { "query" } else { "response" };
        prop_assert!(found.is(general));
        prop_assert_eq!(datagrams.text().map(str::to_owned), Some(text.to_ascii_lowercase()));
    }

    #[test]
    fn messages_of_a_stream_are_found_as_they_were_written(questions in vec(question(), 0..6)) {
        let mut bytes = Vec::new();
        let mut written = Vec::new();
        for (text, number) in &questions {
            let begin = bytes.len();
            let message = message(MessageType::Response, text, *number);
            bytes.extend(u16::try_from(message.len()).expect("a short message").to_be_bytes());
            bytes.extend(message);
            written.push((begin, bytes.len()));
        }
        let line = Talk::of(Dns, &[('<', &bytes)]).to_client;
        let found = line.messages().into_iter().map(|(begin, end, _)| (begin, end));
        prop_assert_eq!(found.collect::<Vec<_>>(), written);
        let texts = questions.iter().map(|(text, _)| text.to_ascii_lowercase());
        prop_assert_eq!(line.texts, texts.collect::<Vec<_>>());
    }
}
