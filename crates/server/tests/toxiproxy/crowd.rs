//! Clients that take what they can get: nothing grows, and nobody else waits.

use std::time::Duration;

use chaosgate_server::Limits;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Api, read, read_all, soon};

const HALF_A_HEAD: &str = "GET /version HTTP/1.1\r\nHost: local";
const HALF_A_BODY: &str = "POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{";

async fn with_connections(connections: usize) -> Api {
    Api::with_limits(Limits { connections, ..Limits::default() }).await
}

/// A client that has sent this.
async fn client(api: &Api, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(api.address).await.expect("it listens");
    stream.write_all(sent.as_bytes()).await.expect("it reads");
    stream
}

/// Asks, and gives the connection that is kept.
async fn kept(api: &Api) -> TcpStream {
    let mut stream = client(api, "GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert_eq!(read(&mut stream, 12).await, b"HTTP/1.1 200");
    stream
}

/// Waits until the connection has gone, in whatever way.
async fn gone(stream: &mut TcpStream) {
    read_all(stream).await;
}

#[tokio::test]
async fn for_one_more_connection_the_one_goes_that_has_been_idle_for_longest() {
    let api = with_connections(3).await;
    let (mut first, mut second, third) = (kept(&api).await, kept(&api).await, kept(&api).await);
    second.write_all(b"GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("it reads");
    let _fourth = kept(&api).await;
    gone(&mut first).await;
    let _fifth = kept(&api).await;
    // The second one has asked since.
    let mut third = third;
    gone(&mut third).await;
}

#[tokio::test]
async fn half_a_head_and_half_a_body_hold_up_nobody_however_many_there_are() {
    let api = with_connections(4).await;
    for half in [HALF_A_HEAD, HALF_A_BODY, ""] {
        let mut clients = Vec::new();
        for _ in 0..20 {
            clients.push(client(&api, half).await);
        }
        api.get("/version").await.expect(200);
        gone(&mut clients[0]).await;
    }
}

#[tokio::test]
async fn who_reads_no_answer_is_left_after_a_while() {
    let taking = Duration::from_millis(50);
    let api = Api::with_limits(Limits { taking, ..Limits::default() }).await;
    for number in 0..100 {
        let wanted = json!({ "name": "p".repeat(1000) + &number.to_string(), "upstream": "u:1",
                             "enabled": false });
        api.post("/proxies", wanted).await.expect(201);
    }
    let mut stream = client(&api, "").await;
    // Each answer is of 100 kB, so no system has room for all.
    let asking = async {
        let question = b"GET /proxies HTTP/1.1\r\nHost: localhost\r\n\r\n";
        while stream.write_all(question).await.is_ok() {}
    };
    soon(asking).await;
    api.get("/version").await.expect(200);
}

#[tokio::test]
async fn a_body_that_is_cut_off_or_badly_chunked_is_told_in_gos_words() {
    let api = Api::start().await;
    let head = "POST /proxies HTTP/1.1\r\nHost: localhost\r\n";
    for body in [
        "Content-Length: 100\r\n\r\n{\"name\"",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"nam\r\n",
        "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
    ] {
        let mut stream = client(&api, &format!("{head}{body}")).await;
        stream.shutdown().await.expect("it is open");
        let (answer, _) = read_all(&mut stream).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{body}: {answer}");
        assert!(answer.contains("bad request body: unexpected EOF"), "{body}: {answer}");
    }
}

#[tokio::test]
async fn who_sends_too_much_reads_that_it_was_too_much() {
    let api = Api::start().await;
    let length = 15 << 20;
    let head =
        format!("POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
    let mut stream = client(&api, &head).await;
    soon(stream.write_all(&vec![b' '; length])).await.expect("it reads");
    let mut answer = vec![0; 12];
    soon(stream.read_exact(&mut answer)).await.expect("an answer");
    assert_eq!(answer, b"HTTP/1.1 413");
}
