//! When a call that closes connections is answered, they are closed.

use std::io::Read;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Link, gone};

/// How often each call is tried: what is answered too early is late by microseconds.
const ROUNDS: usize = 50;

/// That the end can be read already.
fn is_at_its_end(stream: TcpStream) -> TcpStream {
    let mut stream = stream.into_std().expect("a socket");
    // It does not wait.
    assert_eq!(stream.read(&mut [0]).expect("the end is there"), 0);
    TcpStream::from_std(stream).expect("a socket")
}

/// That nothing comes through a connection from the answer of this call on, and its client knows.
async fn ends(method: &str, path: &str, body: impl Fn(&Link) -> Value) {
    for _ in 0..ROUNDS {
        let link = Link::new().await;
        let (client, mut server) = link.pair().await;
        let answer = link.api.call(method, path, &body(&link).to_string()).await;
        assert!((200..300).contains(&answer.status), "{}", answer.text);
        let mut client = is_at_its_end(client);
        // That it is refused is as well.
        let _ = client.write_all(b"late").await;
        gone(&mut server).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deleted_proxy_passes_nothing_on_when_that_is_answered() {
    ends("DELETE", "/proxies/p", |_| json!({})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_disabled_proxy_passes_nothing_on_when_that_is_answered() {
    ends("POST", "/proxies/p", |_| json!({ "enabled": false })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_changed_proxy_passes_nothing_on_when_that_is_answered() {
    ends("POST", "/proxies/p", |_| json!({ "upstream": "another:1" })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_replaced_proxy_passes_nothing_on_when_that_is_answered() {
    let another = |link: &Link| json!([{ "name": "p", "listen": link.proxy, "upstream": "u:1" }]);
    ends("POST", "/populate", another).await;
}
