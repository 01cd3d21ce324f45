//! Calls that come at the same time.

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{Api, echo};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_parallel_creations_of_one_name_one_succeeds() {
    let api = Arc::new(Api::start().await);
    for round in 0..5 {
        let mut calls = JoinSet::new();
        for _ in 0..20 {
            let api = api.clone();
            let wanted =
                json!({ "name": format!("p{round}"), "listen": "localhost:0", "upstream": "u:1" });
            calls.spawn(async move { api.post("/proxies", wanted).await.status });
        }
        let mut statuses = calls.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses[0], 201);
        assert_eq!(statuses[1..], [409; 19]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_parallel_additions_of_one_toxic_one_succeeds() {
    let api = Arc::new(Api::start().await);
    api.proxy(echo().await).await;
    let mut calls = JoinSet::new();
    for number in 0..20 {
        let api = api.clone();
        let stream = if number % 2 == 0 { "upstream" } else { "downstream" };
        let toxic = json!({ "name": "t", "type": "noop", "stream": stream });
        calls.spawn(async move { api.post("/proxies/p/toxics", toxic).await.status });
    }
    let mut statuses = calls.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert_eq!(statuses[1..], [409; 19]);
}

/// Each update as a whole comes before or after each other one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_updates_of_a_proxy_leave_what_one_of_them_asked_for() {
    let api = Arc::new(Api::start().await);
    api.proxy(echo().await).await;
    let mut calls = JoinSet::new();
    for number in 0..40 {
        let api = api.clone();
        calls.spawn(async move {
            let change = match number % 4 {
                0 => json!({ "enabled": false }),
                1 => json!({ "enabled": true }),
                2 => json!({ "listen": "localhost:0", "upstream": "a:1" }),
                _ => json!({ "listen": "127.0.0.1:0", "upstream": "b:1" }),
            };
            api.post("/proxies/p", change).await.expect(200);
        });
    }
    calls.join_all().await;
    let shown = api.post("/proxies/p", json!({ "enabled": true })).await.expect(200);
    assert!(["a:1", "b:1"].map(Into::into).contains(&shown.json()["upstream"]), "{}", shown.text);
    tokio::net::TcpStream::connect(shown.listen()).await.expect("it listens where it says");
}
