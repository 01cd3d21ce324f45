//! Updating proxies: what changes, and what becomes of connections.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Answer, Api, Link, echo, gone, read};

async fn update(api: &Api, change: Value) -> Answer {
    api.post("/proxies/p", change).await
}

/// That the connection goes on.
async fn goes_on((client, server): &mut (TcpStream, TcpStream)) {
    client.write_all(b"still").await.expect("it reads");
    assert_eq!(read(server, 5).await, b"still");
}

#[tokio::test]
async fn post_and_patch_update_alike() {
    let link = Link::new().await;
    for (method, upstream) in [("POST", "a:1"), ("PATCH", "b:2")] {
        let body = json!({ "upstream": upstream }).to_string();
        let answer = link.api.call(method, "/proxies/p", &body).await.expect(200);
        assert_eq!(answer.json()["upstream"], upstream);
    }
}

#[tokio::test]
async fn what_changes_nothing_leaves_connections_alone() {
    let link = Link::new().await;
    let mut pair = link.pair().await;
    let shown = link.api.get("/proxies/p").await.json();
    for change in [
        json!({}),
        Value::Null,
        json!({ "enabled": true }),
        json!({ "name": "another" }),
        json!({ "listen": format!("localhost:{}", link.proxy.port()) }),
        json!({ "upstream": shown["upstream"] }),
        shown.clone(),
    ] {
        assert_eq!(update(&link.api, change).await.expect(200).json(), shown);
        goes_on(&mut pair).await;
    }
}

#[tokio::test]
async fn a_wildcard_may_be_written_in_any_way() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "listen": ":0", "upstream": echo().await });
    let port = api.post("/proxies", wanted).await.expect(201).listen().port();
    let mut client = TcpStream::connect(("127.0.0.1", port)).await.expect("it listens");
    for host in ["0.0.0.0", "", "[::]"] {
        update(&api, json!({ "listen": format!("{host}:{port}") })).await.expect(200);
        client.write_all(b"still").await.expect("it reads");
        assert_eq!(read(&mut client, 5).await, b"still");
    }
}

#[tokio::test]
async fn another_upstream_closes_connections_and_keeps_toxics() {
    let link = Link::with("latency", "downstream", json!({ "latency": 1 })).await;
    let (mut client, mut server) = link.pair().await;
    let other = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let upstream = other.local_addr().expect("an address");
    let shown = update(&link.api, json!({ "upstream": upstream })).await.expect(200);
    assert_eq!(shown.listen(), link.proxy, "it comes back at the same place");
    assert_eq!(shown.json()["toxics"][0]["attributes"]["latency"], 1);
    gone(&mut client).await;
    gone(&mut server).await;
    let mut pair = crate::support::pair(link.proxy, &other).await;
    goes_on(&mut pair).await;
}

#[tokio::test]
async fn toxics_that_were_kept_work_at_the_new_upstream() {
    let link = Link::with("limit_data", "upstream", json!({ "bytes": 2 })).await;
    let other = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let upstream = other.local_addr().expect("an address");
    update(&link.api, json!({ "upstream": upstream })).await.expect(200);
    let (mut client, mut server) = crate::support::pair(link.proxy, &other).await;
    client.write_all(b"hello").await.expect("it reads");
    assert_eq!(read(&mut server, 2).await, b"he");
    gone(&mut server).await;
}

#[tokio::test]
async fn another_place_to_listen_closes_the_old_one() {
    let link = Link::new().await;
    let (mut client, _server) = link.pair().await;
    let moved = update(&link.api, json!({ "listen": "127.0.0.1:0" })).await.expect(200).listen();
    assert_ne!(moved, link.proxy, "port 0 is always another one");
    gone(&mut client).await;
    TcpListener::bind(link.proxy).await.expect("the old port is free");
    TcpStream::connect(moved).await.expect("it listens at the new one");
}

#[tokio::test]
async fn a_disabled_proxy_closes_its_connections_and_comes_back_on_the_same_port() {
    let link = Link::new().await;
    let (mut client, mut server) = link.pair().await;
    let shown = update(&link.api, json!({ "enabled": false })).await.expect(200);
    assert_eq!((shown.listen(), &shown.json()["enabled"]), (link.proxy, &false.into()));
    gone(&mut client).await;
    gone(&mut server).await;
    TcpStream::connect(link.proxy).await.expect_err("nobody listens");
    let shown = update(&link.api, json!({ "enabled": true })).await.expect(200);
    assert_eq!((shown.listen(), &shown.json()["enabled"]), (link.proxy, &true.into()));
    goes_on(&mut link.pair().await).await;
}

#[tokio::test]
async fn a_listen_that_cannot_be_read_changes_nothing() {
    let link = Link::new().await;
    let mut pair = link.pair().await;
    let wrong = json!({ "listen": "nonsense", "upstream": "a:1", "enabled": false });
    let text = "listen tcp: address nonsense: missing port in address";
    update(&link.api, wrong).await.expect_error(500, text);
    goes_on(&mut pair).await;
}

#[tokio::test]
async fn a_listen_that_cannot_be_bound_leaves_the_proxy_disabled_with_it() {
    let link = Link::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = taken.local_addr().expect("an address");
    let text = format!("listen tcp {at}: bind: address already in use");
    update(&link.api, json!({ "listen": at })).await.expect_error(500, &text);
    let shown = link.api.get("/proxies/p").await.expect(200);
    assert_eq!((shown.listen(), &shown.json()["enabled"]), (at, &false.into()));
    TcpStream::connect(link.proxy).await.expect_err("nobody listens at the old place");
    drop(taken);
    update(&link.api, json!({ "enabled": true })).await.expect(200);
    TcpStream::connect(at).await.expect("it listens now");
}

#[tokio::test]
async fn a_port_that_was_taken_meanwhile_keeps_the_proxy_disabled() {
    let link = Link::new().await;
    update(&link.api, json!({ "enabled": false })).await.expect(200);
    let taken = TcpListener::bind(link.proxy).await.expect("the port is free");
    let text = format!("listen tcp {}: bind: address already in use", link.proxy);
    update(&link.api, json!({ "enabled": true })).await.expect_error(500, &text);
    drop(taken);
    update(&link.api, json!({ "enabled": true })).await.expect(200);
    goes_on(&mut link.pair().await).await;
}

#[tokio::test]
async fn fields_of_a_disabled_proxy_change_without_a_start() {
    let link = Link::new().await;
    update(&link.api, json!({ "enabled": false })).await.expect(200);
    let change = json!({ "listen": "localhost:0", "upstream": "a:1" });
    let shown = update(&link.api, change).await.expect(200).json();
    assert_eq!((&shown["listen"], &shown["upstream"]), (&"localhost:0".into(), &"a:1".into()));
    assert_eq!(shown["enabled"], false);
}

#[tokio::test]
async fn a_disabled_proxy_with_a_malformed_listen_takes_no_update_but_a_better_one() {
    let api = Api::start().await;
    let wanted = json!({ "name": "p", "listen": "nonsense", "upstream": "u:1", "enabled": false });
    api.post("/proxies", wanted).await.expect(201);
    update(&api, json!({ "upstream": "a:1" })).await.expect(500);
    update(&api, json!({ "listen": "localhost:0", "enabled": true })).await.expect(200).listen();
}

#[tokio::test]
async fn an_empty_upstream_is_accepted() {
    let link = Link::new().await;
    let shown = update(&link.api, json!({ "upstream": "" })).await.expect(200);
    assert_eq!(shown.json()["upstream"], "");
    gone(&mut TcpStream::connect(shown.listen()).await.expect("it listens")).await;
}

#[tokio::test]
async fn a_proxy_is_looked_for_before_the_body_is_read() {
    let api = Api::start().await;
    api.call("POST", "/proxies/none", "{").await.expect_error(404, "proxy not found");
    api.call("POST", "/proxies/none/toxics", "{").await.expect_error(404, "proxy not found");
}

#[tokio::test]
async fn a_bad_body_changes_nothing() {
    let link = Link::new().await;
    let body = json!({ "enabled": false, "upstream": 7 });
    update(&link.api, body).await.expect(400);
    goes_on(&mut link.pair().await).await;
}
