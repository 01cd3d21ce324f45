//! Gates come, change and go.

use serde_json::{Value, json};
use tokio::net::{TcpStream, UdpSocket};

use crate::support::{Api, echo, exchange, read_to_end, soon};

#[tokio::test]
async fn a_gate_is_made_shown_and_removed() {
    let api = Api::start().await;
    let wanted =
        json!({ "name": "g", "upstream": echo().await, "to_client": [{ "type": "stall" }] });
    let made = api.post("gates", wanted).await.expect(201);
    assert_eq!(made.header("location"), "/api/v1/gates/g");
    let client = soon(TcpStream::connect(made.address())).await.expect("it listens");
    api.get("gates/g/connections?at_least=1&wait=5s").await.expect(200);
    let shown = api.get("gates/g/status").await.expect(200).json();
    assert_eq!((&shown["running"], &shown["connections"]), (&json!(true), &json!(1)));
    assert_eq!(shown["hits"], json!({ "to_server": {}, "to_client": { "stall": 0 } }));
    assert_eq!(shown["totals"]["accepted"], 1);
    assert_eq!(api.get("status").await.expect(200).json()["gates"]["g"], shown);
    drop(client);
    api.delete("gates/g").await.expect(204);
    api.get("gates/g").await.problem(404, "not_found");
    TcpStream::connect(made.address()).await.expect_err("nobody listens");
}

#[tokio::test]
async fn what_is_read_of_a_gate_can_be_written_and_changes_nothing() {
    let api = Api::start().await;
    let at = api.gate().await;
    api.post("gates/g/to_client", json!({ "type": "latency", "delay": "0ms" })).await.expect(201);
    let mut client = exchange(at).await;
    let (gate, before) = (api.get("gates/g").await, api.get("gates/g/status").await.json());
    assert!(before["hits"]["to_client"]["latency"].is_u64());
    api.put("gates/g", gate.json()).await.expect(200);
    let after = api.get("gates/g").await.expect(200);
    assert_eq!((after.header("etag"), &after.text), (gate.header("etag"), &gate.text));
    let status = api.get("gates/g/status").await.json();
    assert_eq!((&status["addresses"], &status["hits"]), (&before["addresses"], &before["hits"]));
    assert_eq!(status["connections"], 1, "the connection stands");
    api.delete("gates/g/connections?how=reset").await.expect(200);
    assert!(read_to_end(&mut client).await.is_err());
}

#[tokio::test]
async fn a_gate_is_put_where_there_was_none_and_replaced_where_there_is_one() {
    let api = Api::start().await;
    let [first, second] = [echo().await, echo().await];
    let put = |upstream: Value| api.put("gates/g", json!({ "upstream": upstream }));
    let at = put(json!(first)).await.expect(201).address();
    let client = exchange(at).await;
    let moved = put(json!(second)).await.expect(200);
    assert_eq!(moved.address(), at, "it stays where it is");
    assert_eq!(moved.json()["connections"], 1, "the connection stays with its server");
    assert_eq!(api.get("gates/g").await.json()["upstream"], json!(second));
    drop(client);
    // Another protocol takes another gate in its place.
    let other = json!({ "upstream": first, "protocol": "udp", "accepting": "hold" });
    let other = api.put("gates/g", other).await.expect(200).json();
    assert_eq!(
        (&other["config"]["protocol"], &other["totals"]["accepted"]),
        (&json!("udp"), &json!(0))
    );
}

#[tokio::test]
async fn a_gate_of_datagrams_has_the_same_calls() {
    let api = Api::start().await;
    let server = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let upstream = server.local_addr().expect("an address");
    let gate = json!({ "upstream": upstream, "protocol": "udp", "idle": "5s" });
    let at = api.put("gates/names", gate).await.expect(201).address();
    api.put("gates/names/to_server", json!([{ "type": "drop" }])).await.expect(200);
    let client = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    client.send_to(b"a", at).await.expect("it is sent");
    let hits = api.get("gates/names/to_server/drop/hits?at_least=1&wait=5s").await.expect(200);
    assert_eq!(hits.json(), json!({ "hits": 1 }));
    api.put("gates/names/accepting", json!("mute")).await.problem(400, "unsuitable");
    api.post("gates/names/to_client", json!({ "type": "slice", "size": 9 }))
        .await
        .problem(400, "unsuitable");
    api.post("gates/names/heal", Value::Null).await.expect(204);
    client.send_to(b"b", at).await.expect("it is sent");
    let mut letter = [0];
    soon(server.recv_from(&mut letter)).await.expect("a datagram");
    assert_eq!(&letter, b"b");
    assert_eq!(api.get("gates/names").await.json()["idle"], "5s");
}

#[tokio::test]
async fn a_gate_may_have_any_name() {
    let api = Api::start().await;
    let made = api.post("gates", json!({ "name": "a/b c?ü", "upstream": "h:1" })).await.expect(201);
    let location = made.header("location").to_owned();
    assert_eq!(location, "/api/v1/gates/a%2Fb%20c%3F%C3%BC");
    assert_eq!(api.get(&location).await.expect(200).json()["upstream"], "h:1");
    let faults = format!("{location}/to_server");
    let added = api.post(&faults, json!({ "type": "drop", "name": "a/b" })).await.expect(201);
    let added = added.header("location").to_owned();
    assert!(added.ends_with("/to_server/a%2Fb"), "{added}");
    api.delete(&added).await.expect(204);
}

#[tokio::test]
async fn a_gate_that_cannot_listen_is_not_made_and_one_that_cannot_move_stays() {
    let api = Api::start().await;
    let at = api.gate().await;
    let other = json!({ "name": "h", "upstream": "h:1", "listen": at });
    let problem = api.post("gates", other).await.problem(409, "impossible");
    assert!(problem["detail"].as_str().expect("words").contains("cannot listen on"), "{problem}");
    api.get("gates/h").await.expect(404);
    let taken = json!({ "upstream": "h:1", "listen": api.address });
    api.put("gates/g", taken).await.problem(409, "impossible");
    exchange(at).await;
    api.put("gates/g", json!({ "upstream": at, "listen": at })).await.problem(422, "impossible");
    exchange(at).await;
}
