//! HTTP/1 as the crate `h11` reads it.

use chaosgate_messages::Protocol::Http1;
use h11::{Connection, Event, Request, Role};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::talk::Talk;

/// The fields and the bytes of a body.
fn body() -> impl Strategy<Value = (String, Vec<u8>)> {
    let data = || vec(any::<u8>(), 0..40);
    let chunk = (vec(any::<u8>(), 1..40), select(&["", ";a=b", ";x"][..]));
    let trailers = select(&["", "A: b\r\n", "A: b\r\nC: d\r\n"][..]);
    prop_oneof![
        Just((String::new(), Vec::new())),
        data().prop_map(|data| (format!("Content-Length: {}\r\n", data.len()), data)),
        (vec(chunk, 0..4), trailers).prop_map(|(chunks, trailers)| {
            let mut bytes = Vec::new();
            for (data, extension) in chunks {
                bytes.extend(format!("{:x}{extension}\r\n", data.len()).into_bytes());
                bytes.extend(data);
                bytes.extend(b"\r\n");
            }
            bytes.extend(format!("0\r\n{trailers}\r\n").into_bytes());
            ("Transfer-Encoding: chunked\r\n".to_owned(), bytes)
        }),
    ]
}

fn method() -> impl Strategy<Value = &'static str> {
    select(&["GET", "HEAD", "POST", "DELETE", "PURGE"][..])
}

fn message(first: &str, (fields, body): &(String, Vec<u8>)) -> Vec<u8> {
    let head = format!("{first}\r\nHost: a\r\n{fields}Accept: */*\r\n\r\n");
    [head.into_bytes(), body.clone()].concat()
}

/// The length of the message at the beginning of these bytes.
fn length(mut reader: Connection, bytes: &[u8]) -> usize {
    reader.receive_data(bytes).expect("it is open");
    while !matches!(reader.next_event().expect("a message"), Event::EndOfMessage(_)) {}
    bytes.len() - reader.get_trailing_data().0.len()
}

fn request(method: &str) -> Request {
    let fields = vec![(b"Host".to_vec(), b"a".to_vec())];
    let (target, version) = (b"/".to_vec(), b"1.1".to_vec());
    Request::new(method.into(), fields.into(), target, version).expect("a request")
}

proptest! {
    #[test]
    fn requests_are_found_as_they_are_read(requests in vec((method(), body()), 0..6)) {
        let bytes: Vec<_> = requests
            .iter()
            .flat_map(|(method, body)| message(&format!("{method} / HTTP/1.1"), body))
            .collect();
        let mut read = Vec::new();
        let mut begin = 0;
        for (method, _) in &requests {
            let end = begin + length(Connection::new(Role::Server, None), &bytes[begin..]);
            read.push((begin, end, (*method).to_owned()));
            begin = end;
        }
        prop_assert_eq!(begin, bytes.len());
        prop_assert_eq!(Talk::of(Http1, &[('>', &bytes)]).to_server.messages(), read);
    }

    #[test]
    fn responses_are_found_as_they_are_read(
        responses in vec((method(), select(&[200, 204, 304, 404, 503][..]), body()), 0..6),
    ) {
        let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
        for (method, status, (fields, body)) in &responses {
            to_server.extend(message(&format!("{method} / HTTP/1.1"), &Default::default()));
            // One that tells of no body would last as long as its stream.
            let fields = if fields.is_empty() { "Content-Length: 0\r\n" } else { fields };
            let has_body = *method != "HEAD" && ![204, 304].contains(status);
            let body = if has_body { body.clone() } else { Vec::new() };
            let first = format!("HTTP/1.1 {status} So it is");
            to_client.extend(message(&first, &(fields.to_owned(), body)));
        }
        let mut read = Vec::new();
        let mut begin = 0;
        for (method, status, _) in &responses {
            let mut reader = Connection::new(Role::Client, None);
            reader.send(request(method).into()).expect("it may be sent");
            let end = begin + length(reader, &to_client[begin..]);
            read.push((begin, end, status.to_string()));
            begin = end;
        }
        prop_assert_eq!(begin, to_client.len());
        let talk = Talk::of(Http1, &[('>', &to_server), ('<', &to_client)]);
        prop_assert_eq!(talk.to_client.messages(), read);
    }
}
