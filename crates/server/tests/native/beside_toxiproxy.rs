//! Both interfaces have one registry: what Toxiproxy's has said is shown there as long as the gate is that.

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::support::{Api, echo, exchange};

/// A proxy named `p`, made by Toxiproxy's interface, with a toxic.
async fn proxy(api: &Api) -> Value {
    let proxy = json!({ "name": "p", "listen": "localhost:0", "upstream": echo().await });
    let shown = api.post("/proxies", proxy).await.expect(201).json();
    let toxic = json!({ "name": "slow", "type": "latency", "toxicity": 2.5, "attributes": { "latency": 5 } });
    api.post("/proxies/p/toxics", toxic).await.expect(200);
    shown
}

#[tokio::test]
async fn a_proxy_is_a_gate_and_a_toxic_one_of_its_faults() {
    let api = Api::start().await;
    let shown = proxy(&api).await;
    let gate = api.get("gates/p").await.expect(200).json();
    let status = api.get("gates/p/status").await.expect(200).json();
    assert_eq!(
        (&status["addresses"][0], &gate["upstream"]),
        (&shown["listen"], &shown["upstream"])
    );
    let faults = json!([{ "type": "latency", "delay": "5ms", "end": false, "name": "slow" }]);
    assert_eq!(gate["to_client"], faults);
    // Written as it was read, it is the same, and what was said is shown.
    api.put("gates/p", gate).await.expect(200);
    assert_eq!(api.get("/proxies/p/toxics/slow").await.expect(200).json()["toxicity"], 2.5);
}

#[tokio::test]
async fn a_toxic_is_gone_whose_fault_is_another() {
    let api = Api::start().await;
    proxy(&api).await;
    let faults = api.get("gates/p/to_client").await.json();
    api.put("gates/p/to_client", faults).await.expect(200);
    api.get("/proxies/p/toxics/slow").await.expect(200);
    api.put("gates/p/to_client/slow", json!({ "type": "stall" })).await.expect(200);
    api.get("/proxies/p/toxics/slow").await.expect(404);
    assert_eq!(api.get("/proxies/p/toxics").await.expect(200).json(), json!([]));
    let again = json!({ "name": "slow", "type": "noop" });
    api.post("/proxies/p/toxics", again.clone()).await.expect(409);
    api.post("gates/p/heal", Value::Null).await.expect(204);
    api.post("/proxies/p/toxics", again).await.expect(200);
}

#[tokio::test]
async fn a_proxy_that_is_moved_shows_where_it_is() {
    let api = Api::start().await;
    proxy(&api).await;
    let mut gate = api.get("gates/p").await.json();
    gate["upstream"] = json!("127.0.0.1:9");
    gate["enabled"] = json!(false);
    api.put("gates/p", gate).await.expect(200);
    let shown = api.get("/proxies/p").await.expect(200).json();
    assert_eq!((&shown["upstream"], &shown["enabled"]), (&json!("127.0.0.1:9"), &json!(false)));
    assert_eq!(
        shown["toxics"].as_array().map(Vec::len),
        Some(1),
        "its fault is still what was said"
    );
}

#[tokio::test]
async fn a_gate_of_this_interface_is_a_proxy_and_its_counters_stay() {
    let api = Api::start().await;
    let at = api.gate().await;
    exchange(at).await;
    assert_eq!(api.get("/proxies").await.expect(200).json()["g"]["listen"], json!(at));
    let sent = || async {
        let metrics = api.get("/metrics").await.expect(200).text;
        let line = metrics.lines().find(|line| {
            line.starts_with("toxiproxy_proxy_sent_bytes_total") && line.contains("upstream")
        });
        line.map(str::to_owned)
    };
    let before = sent().await.expect("a series");
    api.put("gates/g", json!({ "upstream": "h:1" })).await.expect(200);
    assert_eq!(sent().await, Some(before.clone()), "the route was left");
    api.delete("gates/g").await.expect(204);
    assert_eq!(sent().await, Some(before), "the gate has gone");
    TcpStream::connect(at).await.expect_err("nobody listens");
}
