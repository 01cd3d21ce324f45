//! Everything as it should be again.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::support::{Api, Link, gone, read};

#[tokio::test]
async fn proxies_are_enabled_and_toxics_gone_and_connections_go_on() {
    let link = Link::with("latency", "upstream", json!({ "latency": 3_600_000 })).await;
    link.api.toxic("noop", "downstream", json!({})).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"held").await.expect("it reads");
    let off =
        json!({ "name": "off", "listen": "127.0.0.1:0", "upstream": "u:1", "enabled": false });
    link.api.post("/proxies", off).await.expect(201);

    let answer = link.api.call("POST", "/reset", "what not").await.expect(204);
    assert_eq!(answer.text, "");
    assert_eq!(read(&mut server, 4).await, b"held");
    let all = link.api.get("/proxies").await.json();
    for name in ["p", "off"] {
        assert_eq!(
            (&all[name]["enabled"], &all[name]["toxics"]),
            (&true.into(), &json!([])),
            "{name}"
        );
    }
}

#[tokio::test]
async fn connections_under_a_timeout_are_closed() {
    let link = Link::with("timeout", "upstream", json!({})).await;
    let (mut client, mut server) = link.pair().await;
    link.api.post("/reset", json!({})).await.expect(204);
    gone(&mut client).await;
    gone(&mut server).await;
}

#[tokio::test]
async fn a_proxy_that_cannot_listen_is_an_error() {
    let api = Api::start().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = taken.local_addr().expect("an address");
    let off = json!({ "name": "off", "listen": at, "upstream": "u:1", "enabled": false });
    api.post("/proxies", off).await.expect(201);
    let text = format!("listen tcp {at}: bind: address already in use");
    api.post("/reset", json!({})).await.expect_error(500, &text);
}
