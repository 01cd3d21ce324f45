//! Calls in any order.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::Api;

/// A method, a path and a body.
type Call = (&'static str, String, Value);

fn calls() -> impl Strategy<Value = Call> {
    let gate = prop::sample::select(vec!["a", "b", "none", "a%2Fb"]);
    let direction = prop::sample::select(vec!["to_server", "to_client", "sideways"]);
    let fault = prop::sample::select(vec!["latency", "latency-2", "drop", "x"]);
    let part = (gate, direction, fault).prop_flat_map(|(gate, direction, fault)| {
        let of_gate = |rest: &str| format!("gates/{gate}{rest}");
        let list = of_gate(&format!("/{direction}"));
        let one = format!("{list}/{fault}");
        prop::sample::select(vec![
            "gates".to_owned(),
            "heal".to_owned(),
            of_gate(""),
            of_gate("/heal"),
            of_gate("/accepting"),
            of_gate("/seed"),
            of_gate("/connections?how=reset"),
            of_gate("/events"),
            of_gate("/status"),
            format!("{one}/hits"),
            list.clone(),
            list,
            one.clone(),
            one,
        ])
    });
    let method = prop::sample::select(vec!["GET", "PUT", "PUT", "POST", "DELETE"]);
    (method, part, prop::sample::select(bodies()))
}

fn bodies() -> Vec<Value> {
    let latency = json!({ "type": "latency", "delay": "1ms" });
    let gate = json!({ "upstream": "h:1", "to_client": [latency] });
    vec![
        json!({ "name": "a", "upstream": "h:1" }),
        json!({ "upstream": "h:2", "protocol": "udp", "to_server": [{ "type": "drop" }] }),
        json!({ "gates": { "a": gate, "b": { "upstream": "h:1", "enabled": false } } }),
        json!({ "gates": { "a": { "upstream": "nowhere" } } }),
        gate,
        json!([latency, latency, { "type": "drop" }]),
        json!([{ "type": "slice", "size": "1kB" }]),
        json!({ "type": "drop" }),
        latency,
        json!("hold"),
        json!("refuse"),
        json!("accept"),
        json!(7),
        json!(-7),
        json!({}),
        Value::Null,
    ]
}

/// That what is read of the parts is what is read of the whole.
async fn is_consistent(api: &Api) {
    let all = api.get("gates").await.expect(200).json();
    let statuses = api.get("status").await.expect(200).json();
    let gates = all["gates"].as_object().expect("gates");
    assert_eq!(gates.len(), statuses["gates"].as_object().expect("gates").len());
    for (name, gate) in gates {
        let path = format!("gates/{}", name.replace('/', "%2F"));
        assert_eq!(&api.get(&path).await.expect(200).json(), gate);
        assert_eq!(&statuses["gates"][name]["config"], gate);
        let list = |of: &Value| if of.is_null() { json!([]) } else { of.clone() };
        for direction in ["to_server", "to_client"] {
            let faults = api.get(&format!("{path}/{direction}")).await.expect(200).json();
            assert_eq!(faults, list(&gate[direction]));
            for fault in faults.as_array().expect("a list") {
                let name = fault["name"].as_str().expect("a name");
                assert_eq!(
                    &api.get(&format!("{path}/{direction}/{name}")).await.expect(200).json(),
                    fault
                );
            }
        }
    }
    api.put("gates", all.clone()).await.expect(200);
    assert_eq!(api.get("gates").await.json(), all, "what is read can be written");
}

/// Whatever comes is answered as the document says, so never by a 500.
#[tokio::test]
async fn calls_in_any_order_are_answered_as_documented_and_leave_what_can_be_read() {
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRunner::deterministic().new_rng());
    for _ in 0..12 {
        let api = Api::start().await;
        for round in 1..=30 {
            let (method, path, body) = calls().new_tree(&mut runner).expect("a call").current();
            let answer = api.call(method, &path, body.clone()).await;
            assert!(answer.status < 500, "{method} {path} {body}: {}", answer.text);
            if round % 10 == 0 {
                is_consistent(&api).await;
            }
        }
    }
}
