//! Calls that come at the same time, and those that would overwrite each other.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::Api;

/// What a client writes, by its number, to a gate with this upstream.
type BodyOf = fn(u64, &Value) -> Value;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_parallel_creations_of_one_name_one_succeeds() {
    let api = Arc::new(Api::start().await);
    for round in 0..5 {
        let mut calls = JoinSet::new();
        for _ in 0..20 {
            let api = api.clone();
            let gate = json!({ "name": format!("g{round}"), "upstream": "h:1" });
            calls.spawn(async move { api.post("gates", gate).await.status });
        }
        let mut statuses = calls.join_all().await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 19][..]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_that_have_read_the_same_one_replaces_it() {
    let api = Arc::new(Api::start().await);
    api.gate().await;
    let upstream = api.get("gates/g").await.json()["upstream"].clone();
    let bodies: [(&str, BodyOf); 6] = [
        ("gates/g", |number, upstream| json!({ "upstream": upstream, "buffer": 8192 + number })),
        (
            "gates",
            |number, upstream| json!({ "gates": { "g": { "upstream": upstream, "buffer": 9192 + number } } }),
        ),
        (
            "gates/g/to_client",
            |number, _| json!([{ "type": "latency", "name": "l", "delay": format!("{number}ms") }]),
        ),
        (
            "gates/g/to_client/l",
            |number, _| json!({ "type": "latency", "delay": format!("{}ms", 100 + number) }),
        ),
        ("gates/g/seed", |number, _| json!(number)),
        ("gates/g/accepting", |_, _| json!("hold")),
    ];
    for (path, body) in bodies {
        let tag = api.get(path).await.expect(200).header("etag").to_owned();
        let mut calls = JoinSet::new();
        for number in 0..20 {
            let (api, tag, body) = (api.clone(), tag.clone(), body(number, &upstream));
            calls.spawn(async move { api.put_if(&tag, path, body).await.status });
        }
        let mut statuses = calls.join_all().await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (200, &[412; 19][..]), "{path}");
    }
}

/// Each reads, adds one, and writes, until nobody has written in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_overwritten_who_names_what_he_has_read() {
    let api = Arc::new(Api::start().await);
    api.gate().await;
    api.put("gates/g/seed", json!(0)).await.expect(200);
    let mut clients = JoinSet::new();
    for _ in 0..8 {
        let api = api.clone();
        clients.spawn(async move {
            loop {
                let read = api.get("gates/g/seed").await;
                let more = read.json().as_u64().expect("a number") + 1;
                if api.put_if(read.header("etag"), "gates/g/seed", json!(more)).await.status == 200
                {
                    break;
                }
            }
        });
    }
    clients.join_all().await;
    assert_eq!(api.get("gates/g/seed").await.json(), 8);
}

#[tokio::test]
async fn a_tag_is_compared_as_http_says() {
    let api = Api::start().await;
    api.gate().await;
    let tag = api.get("gates/g/seed").await.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    let put = async |tag: &str| api.put_if(tag, "gates/g/seed", json!(7)).await.status;
    assert_eq!(put("\"other\"").await, 412);
    assert_eq!(put(&format!("W/{tag}")).await, 412, "a weak one is never the same");
    assert_eq!(put(&format!("\"other\", {tag}")).await, 200);
    assert_eq!(put("*").await, 200);
    let gate = json!({ "upstream": "h:1" });
    api.put_if("*", "gates/none", gate).await.problem(412, "changed");
    api.call_with("DELETE", "gates/g", &[("if-match", &tag)], "").await.problem(412, "changed");
    let tag = api.get("gates/g").await.header("etag").to_owned();
    api.call_with("DELETE", "gates/g", &[("if-match", &tag)], "").await.expect(204);
}
