//! Adding, showing, updating and removing toxics, as far as answers tell.

use serde_json::{Value, json};

use crate::support::{Answer, Api};

async fn api() -> Api {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "upstream": "u:1", "enabled": false });
    api.post("/proxies", wanted).await.expect(201);
    api
}

async fn add(api: &Api, toxic: Value) -> Answer {
    api.post("/proxies/p/toxics", toxic).await
}

#[tokio::test]
async fn a_toxic_is_shown_with_all_its_attributes_and_its_defaults() {
    let api = api().await;
    assert_eq!(api.get("/proxies/p/toxics").await.expect(200).json(), json!([]));
    let shown = json!({
        "name": "latency_downstream", "type": "latency", "stream": "downstream", "toxicity": 1,
        "attributes": { "latency": 0, "jitter": 0 },
    });
    assert_eq!(add(&api, json!({ "type": "latency" })).await.expect(200).json(), shown);
    let path = "/proxies/p/toxics/latency_downstream";
    assert_eq!(api.get(path).await.expect(200).json(), shown);
    assert_eq!(api.get("/proxies/p/toxics").await.expect(200).json(), json!([shown]));
    assert_eq!(api.get("/proxies/p").await.json()["toxics"], json!([shown]));
}

#[tokio::test]
async fn attributes_are_nested_and_null_has_none() {
    let api = api().await;
    let toxic = json!({ "type": "latency", "latency": 5, "attributes": null });
    assert_eq!(add(&api, toxic).await.expect(200).json()["attributes"]["latency"], 0);
}

#[tokio::test]
async fn the_stream_is_checked_first_then_the_type_then_the_name() {
    let api = api().await;
    add(&api, json!({ "type": "noop", "name": "taken" })).await.expect(200);
    let stream = "stream was invalid, can be either upstream or downstream";
    for wrong in ["sideways", "", "up"] {
        let toxic = json!({ "type": "none", "name": "taken", "stream": wrong });
        add(&api, toxic).await.expect_error(400, stream);
    }
    for wrong in [json!("down"), json!("Latency"), json!(""), Value::Null] {
        let toxic = json!({ "type": wrong, "name": "taken" });
        add(&api, toxic).await.expect_error(400, "invalid toxic type");
    }
    let toxic = json!({ "type": "noop", "name": "taken", "stream": "upstream" });
    add(&api, toxic).await.expect_error(409, "toxic already exists");
}

#[tokio::test]
async fn upstream_toxics_come_first_and_each_stream_in_the_order_of_addition() {
    let api = api().await;
    for (name, stream) in
        [("d1", "downstream"), ("u1", "UPSTREAM"), ("d2", "downstream"), ("u2", "upstream")]
    {
        add(&api, json!({ "type": "noop", "name": name, "stream": stream })).await.expect(200);
    }
    api.post("/proxies/p/toxics/u1", json!({ "toxicity": 0.5 })).await.expect(200);
    let shown = api.get("/proxies/p/toxics").await.json();
    let names: Vec<_> =
        shown.as_array().expect("an array").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["u1", "u2", "d1", "d2"]);
    assert_eq!((&shown[0]["stream"], &shown[0]["toxicity"]), (&"UPSTREAM".into(), &0.5.into()));
}

#[tokio::test]
async fn post_and_patch_merge_and_change_neither_name_nor_type_nor_stream() {
    let api = api().await;
    let toxic = json!({ "type": "latency", "name": "t", "attributes": { "latency": 7 } });
    add(&api, toxic).await.expect(200);
    let path = "/proxies/p/toxics/t";
    let change = json!({
        "name": "x", "type": "noop", "stream": "nowhere", "attributes": { "jitter": 1 },
    });
    let shown = json!({
        "name": "t", "type": "latency", "stream": "downstream", "toxicity": 1,
        "attributes": { "latency": 7, "jitter": 1 },
    });
    assert_eq!(api.post(path, change).await.expect(200).json(), shown);
    let patched = api.call("PATCH", path, r#"{"toxicity":0}"#).await.expect(200).json();
    assert_eq!((&patched["toxicity"], &patched["attributes"]), (&0.into(), &shown["attributes"]));
}

#[tokio::test]
async fn a_bad_update_changes_nothing() {
    let api = api().await;
    let toxic = json!({ "type": "latency", "name": "t", "attributes": { "latency": 7 } });
    let shown = add(&api, toxic).await.expect(200).json();
    let wrong = json!({ "toxicity": 0.5, "attributes": { "latency": 9, "jitter": "much" } });
    api.post("/proxies/p/toxics/t", wrong).await.expect(400);
    assert_eq!(api.get("/proxies/p/toxics/t").await.json(), shown);
}

#[tokio::test]
async fn a_removed_toxic_is_gone_and_its_name_free() {
    let api = api().await;
    let path = "/proxies/p/toxics/noop_downstream";
    add(&api, json!({ "type": "noop" })).await.expect(200);
    assert_eq!(api.delete(path).await.expect(204).text, "");
    for method in ["DELETE", "GET"] {
        api.call(method, path, "").await.expect_error(404, "toxic not found");
    }
    api.call("POST", path, "{").await.expect_error(404, "toxic not found");
    add(&api, json!({ "type": "noop" })).await.expect(200);
}

#[tokio::test]
async fn toxics_of_no_proxy_are_not_found() {
    let api = Api::start().await;
    for (method, path) in [
        ("GET", "/proxies/p/toxics"),
        ("POST", "/proxies/p/toxics"),
        ("GET", "/proxies/p/toxics/t"),
        ("POST", "/proxies/p/toxics/t"),
        ("DELETE", "/proxies/p/toxics/t"),
    ] {
        api.call(method, path, "{}").await.expect_error(404, "proxy not found");
    }
}

#[tokio::test]
async fn any_toxicity_is_kept_as_it_was_given() {
    let api = api().await;
    for toxicity in [json!(0), json!(0.1), json!(2.5), json!(-1)] {
        let toxic = json!({ "type": "noop", "toxicity": toxicity });
        assert_eq!(add(&api, toxic).await.expect(200).json()["toxicity"], toxicity);
        api.delete("/proxies/p/toxics/noop_downstream").await.expect(204);
    }
    for wrong in [json!("1"), json!(true)] {
        add(&api, json!({ "type": "noop", "toxicity": wrong })).await.expect(400);
    }
}
