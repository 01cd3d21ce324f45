//! The parts of a gate that are no faults: its way of accepting, its seed, its connections; and healing.

use std::io::ErrorKind;

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::support::{Api, exchange, read_to_end};

#[tokio::test]
async fn new_clients_are_taken_as_it_was_put() {
    let api = Api::start().await;
    let at = api.gate().await;
    assert_eq!(api.get("gates/g/accepting").await.expect(200).json(), "accept");
    assert_eq!(api.put("gates/g/accepting", json!("refuse")).await.expect(200).json(), "refuse");
    let refused = TcpStream::connect(at).await.expect_err("it refuses");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(api.get("gates/g").await.json()["accepting"], "refuse");
    let problem = api.put("gates/g/accepting", json!("acept")).await.problem(400, "wrong_value");
    assert_eq!(problem["suggestion"], "accept");
}

#[tokio::test]
async fn a_series_begins_with_the_seed_that_is_put() {
    let api = Api::start().await;
    api.gate().await;
    let made_with = api.get("gates/g").await.json()["seed"].clone();
    assert_eq!(api.get("gates/g/seed").await.expect(200).json(), made_with);
    assert_eq!(api.put("gates/g/seed", json!(u64::MAX)).await.expect(200).json(), json!(u64::MAX));
    assert_eq!(api.get("gates/g/seed").await.json(), json!(u64::MAX));
    assert_eq!(api.get("gates/g/status").await.json()["seed"], json!(u64::MAX));
    assert_eq!(api.get("gates/g").await.json()["seed"], made_with, "it was made with the other");
    api.put("gates/g/seed", json!("7")).await.problem(400, "wrong_value");
}

#[tokio::test]
async fn one_connection_is_closed_by_its_number_and_the_others_as_it_is_said() {
    let api = Api::start().await;
    let at = api.gate().await;
    let [mut first, mut second] = [exchange(at).await, exchange(at).await];
    let all = api.get("gates/g/connections?at_least=2").await.expect(200).json();
    assert_eq!(all.as_array().map(Vec::len), Some(2));
    let number = all[0]["number"].as_u64().expect("a number");
    api.delete(&format!("gates/g/connections/{number}")).await.expect(204);
    assert_eq!(read_to_end(&mut first).await, Ok(()));
    let closed = api.delete("gates/g/connections?how=reset").await.expect(200);
    assert_eq!(closed.json(), json!({ "closed": 1 }));
    assert_eq!(read_to_end(&mut second).await, Err(ErrorKind::ConnectionReset));
    api.delete(&format!("gates/g/connections/{number}")).await.problem(404, "not_found");
    api.delete("gates/g/connections/first").await.problem(404, "not_found");
    let problem = api.delete("gates/g/connections?how=rst").await.problem(400, "wrong_value");
    assert_eq!(
        (&problem["field"], &problem["bound"]),
        (&json!("how"), &json!("one of fin, reset"))
    );
}

#[tokio::test]
async fn a_gate_heals_alone_or_with_all() {
    let api = Api::start().await;
    api.gate().await;
    let other =
        json!({ "upstream": "h:1", "accepting": "refuse", "to_server": [{ "type": "drop" }] });
    api.put("gates/h", other).await.expect(201);
    let stall = json!([{ "type": "stall" }]);
    api.put("gates/g/to_server", stall.clone()).await.expect(200);
    api.post("gates/g/heal", Value::Null).await.expect(204);
    assert_eq!(api.get("gates/g/to_server").await.json(), json!([]));
    assert_eq!(api.get("gates/h").await.json()["accepting"], "refuse");
    api.put("gates/g/to_server", stall).await.expect(200);
    api.post("heal", Value::Null).await.expect(204);
    for (_, status) in api.get("status").await.json()["gates"].as_object().expect("gates") {
        let config = &status["config"];
        assert!(config["accepting"].is_null() && config["to_server"].is_null(), "{config}");
    }
}

#[tokio::test]
async fn it_is_ready_until_it_is_ending_and_healthy_then_too() {
    let api = Api::start().await;
    assert_eq!(api.get("/readyz").await.expect(200).text, "ready\n");
    drop(api.registry.close());
    api.get("/readyz").await.problem(503, "ending");
    api.post("gates", json!({ "name": "g", "upstream": "h:1" })).await.problem(503, "ending");
    assert_eq!(api.get("/healthz").await.expect(200).text, "ok\n");
}
