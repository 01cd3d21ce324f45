//! What has happened at a gate, as a list.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{Api, exchange, read_to_end, soon};

fn names(events: &Value) -> Vec<&str> {
    events.as_array().expect("a list").iter().filter_map(|event| event["event"].as_str()).collect()
}

#[tokio::test]
async fn the_events_since_one_are_those_with_higher_numbers() {
    let api = Api::start().await;
    let at = api.gate().await;
    let _client = exchange(at).await;
    api.put("gates/g/accepting", json!("hold")).await.expect(200);
    let all = api.get("gates/g/events").await.expect(200).json();
    assert_eq!(names(&all), ["accepted", "connected", "accepting_set"]);
    let since = api.get("gates/g/events?since=2").await.expect(200).json();
    assert_eq!(since, json!([all[2]]));
    let none = api.get("gates/g/events?since=3&wait=10ms").await.expect(200).json();
    assert_eq!(none, json!([]));
}

#[tokio::test]
async fn who_waits_is_told_the_next_event() {
    let api = Arc::new(Api::start().await);
    api.gate().await;
    let waiting = {
        let api = api.clone();
        tokio::spawn(async move { api.get("gates/g/events?wait=5s").await.expect(200).json() })
    };
    api.put("gates/g/to_client", json!([{ "type": "stall" }])).await.expect(200);
    assert_eq!(names(&soon(waiting).await.expect("an answer")), ["faults_set"]);
}

#[tokio::test]
async fn a_number_of_a_gate_that_had_the_name_before_is_none_of_this() {
    let api = Api::start().await;
    api.gate().await;
    api.put("gates/g/accepting", json!("hold")).await.expect(200);
    let events = api.get("gates/g/events?since=700").await.expect(200).json();
    assert_eq!(names(&events), ["accepting_set"]);
}

/// That each is as the document says is looked at whenever it is answered.
#[tokio::test]
async fn an_event_tells_what_a_fault_did_and_who_has_closed_a_connection() {
    let api = Api::start().await;
    let at = api.gate().await;
    let mut client = exchange(at).await;
    api.put("gates/g/to_client", json!([{ "type": "reset" }])).await.expect(200);
    assert!(read_to_end(&mut client).await.is_err());
    let events = api.get("gates/g/events").await.expect(200).json();
    let closed: Vec<_> = events
        .as_array()
        .expect("a list")
        .iter()
        .filter(|event| event["event"] == "closed")
        .collect();
    assert_eq!((&closed[0]["by"], &closed[0]["fault"]), (&json!("fault"), &json!("reset")));
    assert!(names(&events).contains(&"hit"), "{events}");
}
