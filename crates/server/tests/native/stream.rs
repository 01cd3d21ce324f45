//! Events as a stream.

use chaosgate_server::Limits;
use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Api, exchange, soon};

/// A client that reads a stream.
struct Stream {
    body: Incoming,
    text: String,
}

/// What a stream says: fields with their values.
type Said = Vec<(String, String)>;

impl Stream {
    async fn open(api: &Api, path: &str, last: Option<&str>) -> Self {
        let accept = ("accept", "text/event-stream");
        let last = last.map(|last| ("last-event-id", last));
        let fields: Vec<_> = last.into_iter().chain([accept]).collect();
        let response: Response<Incoming> = api.begin("GET", path, &fields, "").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { body: response.into_body(), text: String::new() }
    }

    /// What is said next; `None` at the end.
    async fn next(&mut self) -> Option<Said> {
        loop {
            if let Some((said, rest)) = self.text.split_once("\n\n") {
                let fields = said.lines().filter_map(|line| line.split_once(": "));
                let fields =
                    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                self.text = rest.into();
                return Some(fields);
            }
            let frame = soon(self.body.frame()).await?.expect("a frame");
            self.text += str::from_utf8(&frame.into_data().expect("data")).expect("UTF-8");
        }
    }

    /// The event that is told next, whose number is its id.
    async fn event(&mut self) -> Value {
        let said = self.next().await.expect("an event");
        let value =
            |name| said.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let event: Value = serde_json::from_str(value("data").expect("data")).expect("an event");
        assert_eq!(
            value("id").map(str::to_owned),
            event["number"].as_u64().map(|it| it.to_string())
        );
        event
    }
}

#[tokio::test]
async fn a_stream_tells_what_has_happened_and_goes_on() {
    let api = Api::start().await;
    api.gate().await;
    api.put("gates/g/accepting", json!("hold")).await.expect(200);
    let mut stream = Stream::open(&api, "gates/g/events", None).await;
    assert_eq!(stream.event().await["accepting"], "hold");
    api.put("gates/g/accepting", json!("mute")).await.expect(200);
    assert_eq!(stream.event().await["accepting"], "mute");
}

#[tokio::test]
async fn a_stream_goes_on_behind_the_last_event_that_was_had() {
    let api = Api::start().await;
    api.gate().await;
    for accepting in ["hold", "mute", "hold"] {
        api.put("gates/g/accepting", json!(accepting)).await.expect(200);
    }
    let mut by_field = Stream::open(&api, "gates/g/events?since=1", Some("2")).await;
    let mut by_query = Stream::open(&api, "gates/g/events?since=1", None).await;
    assert_eq!(
        (by_field.event().await["number"].clone(), by_query.event().await["number"].clone()),
        (json!(3), json!(2))
    );
}

#[tokio::test]
async fn who_is_too_slow_is_told_how_many_he_has_missed() {
    let api = Api::start().await;
    api.gate().await;
    let member = api.registry.get("g").expect("a gate");
    let gate = member.with(|kept| kept.gate.clone()).expect("a gate");
    for _ in 0..1_500 {
        gate.to_client().pass();
        gate.to_client().add(chaosgate::Stall {}).expect("a fault");
    }
    let last = gate.events().last().expect("an event").number;
    let mut stream = Stream::open(&api, "gates/g/events", Some("1")).await;
    let missed = (last - 1 - 1_000).to_string();
    let fields = [("event".to_owned(), "missed".to_owned()), ("data".to_owned(), missed)];
    assert_eq!(stream.next().await.expect("it is told"), fields);
    for number in last - 999..=last {
        assert_eq!(stream.event().await["number"], number);
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_gate_behind_its_last_event() {
    let api = Api::start().await;
    api.gate().await;
    let mut stream = Stream::open(&api, "gates/g/events", None).await;
    api.put("gates/g/accepting", json!("hold")).await.expect(200);
    api.delete("gates/g").await.expect(204);
    assert_eq!(stream.event().await["accepting"], "hold");
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn where_there_is_no_room_for_a_client_a_stream_goes_before_a_call() {
    let api = Api::with(Limits { connections: 3, ..Limits::default() }, None).await;
    let at = api.gate().await;
    let ask = async |path: &str, accept: &str| {
        let mut call = TcpStream::connect(api.address).await.expect("it listens");
        let head = format!(
            "GET /api/v1/gates/g/{path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
        );
        call.write_all(head.as_bytes()).await.expect("it is read");
        call
    };
    let mut wait = ask("connections?at_least=1&wait=5s", "*/*").await;
    let mut stream = ask("events", "text/event-stream").await;
    soon(stream.read_exact(&mut [0; 12])).await.expect("the head of a stream");
    // The client that has made the gate keeps its connection, which has been idle for longer.
    let _others = [TcpStream::connect(api.address).await, TcpStream::connect(api.address).await];
    // It is cut off, in order or not.
    let _ = soon(stream.read_to_end(&mut Vec::new())).await;
    let _client = exchange(at).await;
    let mut status = [0; 12];
    soon(wait.read_exact(&mut status)).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 200");
}
