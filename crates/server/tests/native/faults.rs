//! The faults of a direction, as one document and each alone.

use serde_json::{Value, json};

use crate::support::{Api, exchange};

#[tokio::test]
async fn a_list_is_read_as_it_can_be_written() {
    let api = Api::start().await;
    api.gate().await;
    let list = json!([
        { "type": "latency", "delay": "1ms" },
        { "type": "latency", "delay": "2ms" },
        { "type": "drop", "name": "hole", "probability": 0.5 },
    ]);
    let put = api.put("gates/g/to_client", list).await.expect(200);
    let names: Vec<_> =
        put.json().as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["latency", "latency-2", "hole"]);
    let read = api.get("gates/g/to_client").await.expect(200);
    assert_eq!(read.text, put.text);
    api.put("gates/g/to_client", read.json()).await.expect(200);
    assert_eq!(api.get("gates/g").await.json()["to_client"], read.json());
    assert_eq!(api.get("gates/g/to_server").await.json(), json!([]));
}

#[tokio::test]
async fn a_fault_is_added_read_replaced_and_removed() {
    let api = Api::start().await;
    let at = api.gate().await;
    let added = api
        .post("gates/g/to_server", json!({ "type": "latency", "delay": "0ms" }))
        .await
        .expect(201);
    let path = added.header("location").to_owned();
    assert_eq!(path, "/api/v1/gates/g/to_server/latency");
    assert_eq!(api.get(&path).await.expect(200).json(), added.json());
    let longer = json!({ "type": "latency", "delay": "1ms" });
    let replaced = api.put(&path, longer.clone()).await.expect(200);
    assert_eq!(replaced.json()["delay"], "1ms");
    let _open = exchange(at).await;
    let hits = format!("{path}/hits?at_least=1&wait=5s");
    assert_eq!(api.get(&hits).await.expect(200).json(), json!({ "hits": 1 }));
    // The same again goes on.
    api.put(&path, longer).await.expect(200);
    assert_eq!(api.get(&hits).await.expect(200).json(), json!({ "hits": 1 }));
    // What a fault has done that is gone stays in the metrics.
    api.delete(&path).await.expect(204);
    let metrics = api.get("/metrics").await.expect(200).text;
    let counted = metrics.lines().find(|line| line.starts_with("chaosgate_hits_total"));
    assert!(
        counted.is_some_and(|line| line.contains("latency") && line.ends_with(" 1")),
        "{counted:?}"
    );
    api.delete(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_a_fault_has_done_whose_time_is_over_stays_in_the_metrics_once() {
    let api = Api::start().await;
    let at = api.gate().await;
    let short = json!({ "type": "latency", "delay": "1ms", "name": "short", "for": "2s" });
    api.post("gates/g/to_server", short).await.expect(201);
    let _open = exchange(at).await;
    while api.get("gates/g/to_server").await.expect(200).json() != json!([]) {
        tokio::task::yield_now().await;
    }
    // As it is, behind a change of the other direction, and behind one that clears it away.
    for direction in [None, Some("to_client"), Some("to_server"), Some("to_server")] {
        if let Some(direction) = direction {
            let other = json!([{ "type": "latency", "delay": "1h" }]);
            api.put(&format!("gates/g/{direction}"), other).await.expect(200);
        }
        let metrics = api.get("/metrics").await.expect(200).text;
        let counted = metrics.lines().find(|line| line.contains("fault=\"short\""));
        assert!(counted.is_some_and(|line| line.ends_with(" 1")), "{direction:?}: {counted:?}");
    }
}

#[tokio::test]
async fn a_fault_is_put_where_there_was_none_under_the_name_of_its_path() {
    let api = Api::start().await;
    api.gate().await;
    let put = api.put("gates/g/to_client/slow", json!({ "type": "latency", "delay": "1s" })).await;
    assert_eq!(put.expect(201).json()["name"], "slow");
    let other = json!({ "type": "stall", "name": "fast" });
    let problem = api.put("gates/g/to_client/slow", other).await.problem(400, "wrong_value");
    assert_eq!((&problem["field"], &problem["bound"]), (&json!("name"), &json!("slow")));
    let problem = api.get("gates/g/to_client/slwo").await.problem(404, "not_found");
    assert_eq!(problem["suggestion"], "slow");
}

#[tokio::test]
async fn a_name_is_given_once_and_a_list_has_an_end() {
    let api = Api::start().await;
    api.gate().await;
    let named = json!({ "type": "pass", "name": "p" });
    api.post("gates/g/to_server", named.clone()).await.expect(201);
    api.post("gates/g/to_server", named.clone()).await.problem(409, "name_taken");
    let many: Value = (0..256).map(|_| json!({ "type": "pass" })).collect();
    api.put("gates/g/to_server", many).await.expect(200);
    let problem = api.post("gates/g/to_server", named.clone()).await.problem(409, "full");
    assert_eq!(problem["bound"], "at most 256");
    api.put("gates/g/to_server/p", named).await.problem(409, "full");
}

#[tokio::test]
async fn all_that_is_wrong_with_a_list_is_told_at_once() {
    let api = Api::start().await;
    api.gate().await;
    let list =
        "[\n  {\"type\": \"latency\", \"dely\": \"1s\"},\n  {\"type\": \"loss\", \"ratio\": 2}\n]";
    let problem =
        api.call_with("PUT", "gates/g/to_client", &[], list).await.problem(400, "unknown_field");
    let mistakes = problem["mistakes"].as_array().expect("mistakes");
    let places: Vec<_> =
        mistakes.iter().map(|one| (one["field"].as_str(), one["line"].as_u64())).collect();
    assert_eq!(places, [(Some("[0].dely"), Some(2)), (Some("[1].ratio"), Some(3))]);
    assert_eq!((&problem["field"], &problem["suggestion"]), (&json!("[0].dely"), &json!("delay")));
    assert_eq!(mistakes[1]["bound"], "0 to 1");
    assert_eq!(api.get("gates/g/to_client").await.json(), json!([]));
}
