//! Calls that wait.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::support::{Api, exchange, soon};

#[tokio::test]
async fn a_wait_ends_when_there_are_enough() {
    let api = Arc::new(Api::start().await);
    let at = api.gate().await;
    api.put("gates/g/to_client", json!([{ "type": "latency", "delay": "1ms" }])).await.expect(200);
    let waiting = |path: &'static str| {
        let api = api.clone();
        tokio::spawn(async move { api.get(path).await.expect(200).json() })
    };
    let connections = waiting("gates/g/connections?at_least=1&wait=5s");
    let hits = waiting("gates/g/to_client/latency/hits?at_least=1&wait=5s");
    // So that they wait; if they do not yet, they find it when they come.
    sleep(Duration::from_millis(20)).await;
    let _client = exchange(at).await;
    assert_eq!(soon(hits).await.expect("an answer"), json!({ "hits": 1 }));
    let connections = soon(connections).await.expect("an answer");
    assert_eq!(connections.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn when_the_wait_is_over_the_answer_has_what_there_is() {
    let api = Api::start().await;
    api.gate().await;
    api.put("gates/g/to_client", json!([{ "type": "stall" }])).await.expect(200);
    for wait in ["", "&wait=0s", "&wait=30ms"] {
        let connections = api.get(&format!("gates/g/connections?at_least=9{wait}")).await;
        assert_eq!(connections.expect(200).json(), json!([]));
        let hits = api.get(&format!("gates/g/to_client/stall/hits?at_least=9{wait}")).await;
        assert_eq!(hits.expect(200).json(), json!({ "hits": 0 }));
    }
}

#[tokio::test]
async fn nobody_waits_for_longer_than_five_seconds() {
    let api = Api::start().await;
    api.gate().await;
    for wait in ["5001ms", "1h", "soon", "3"] {
        for path in ["connections", "events"] {
            let path = format!("gates/g/{path}?wait={wait}");
            let problem = api.get(&path).await.problem(400, "wrong_value");
            assert_eq!(
                (&problem["field"], &problem["bound"]),
                (&json!("wait"), &json!("0s to 5s, as in 2s"))
            );
        }
    }
}

#[tokio::test]
async fn a_wait_ends_with_its_gate() {
    let api = Arc::new(Api::start().await);
    api.gate().await;
    api.put("gates/g/to_client", json!([{ "type": "stall" }])).await.expect(200);
    let last = api.get("gates/g/events").await.json().as_array().expect("events").len();
    let events = format!("gates/g/events?since={last}&wait=5s");
    let paths = [
        "gates/g/connections?at_least=1&wait=5s",
        "gates/g/to_client/stall/hits?at_least=1&wait=5s",
        &events,
    ];
    let waits = paths.map(|path| {
        let (api, path) = (api.clone(), path.to_owned());
        tokio::spawn(async move { api.get(&path).await })
    });
    sleep(Duration::from_millis(20)).await;
    api.delete("gates/g").await.expect(204);
    for wait in waits {
        soon(wait).await.expect("an answer").problem(404, "not_found");
    }
}
