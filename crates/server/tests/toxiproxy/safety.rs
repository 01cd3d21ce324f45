//! Who may call, how much, and for how long.

use std::time::Duration;

use chaosgate_server::Limits;
use chaosgate_server::toxiproxy::Measured;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Api, read_all, soon};

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[tokio::test]
async fn on_the_loopback_interface_only_its_own_names_lead_here() {
    let api = Api::start().await;
    for host in ["localhost", "localhost:8474", "127.0.0.1:8474", "[::1]:8474"] {
        let answer = api.get_with("/version", &format!("Host: {host}")).await;
        assert_eq!(status(&answer), "200", "{host}: {answer}");
    }
    for host in ["example.org", "example.org:8474", "localhost.example.org"] {
        let answer = api.get_with("/version", &format!("Host: {host}")).await;
        assert_eq!(status(&answer), "403", "{host}: {answer}");
        assert!(
            answer.contains("\r\n\r\nhost not allowed: it listens on the loopback"),
            "{answer}"
        );
        assert!(answer.contains("such as on 0.0.0.0"), "it says what to do: {answer}");
    }
}

#[tokio::test]
async fn a_server_that_others_reach_is_called_by_any_name() {
    let api = Api::with("0.0.0.0:0", Limits::default(), Measured::default()).await;
    let answer = api.get_with("/version", "Host: toxiproxy:8474").await;
    assert_eq!(status(&answer), "200", "{answer}");
    let answer = api.get_with("/version", "Host: toxiproxy\r\nOrigin: http://evil.example").await;
    assert_eq!(status(&answer), "403", "{answer}");
}

#[tokio::test]
async fn a_page_of_another_site_is_refused() {
    let api = Api::start().await;
    for (origin, expected) in [
        ("http://localhost", "200"),
        ("http://evil.example", "403"),
        ("http://localhost:3000", "403"),
        ("null", "403"),
    ] {
        let answer = api.get_with("/proxies", &format!("Origin: {origin}")).await;
        assert_eq!(status(&answer), expected, "{origin}: {answer}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let api = Api::with_limits(Limits { body: 100, ..Limits::default() }).await;
    let answer = api.call("POST", "/proxies", &" ".repeat(101)).await;
    answer.expect_error(413, "bad request body: it is larger than 100 bytes");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let api = Api::start().await;
    let answer = api.get_with("/version", &format!("X-Large: {}", "x".repeat(200_000))).await;
    assert_eq!(status(&answer), "431", "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let arrival = Duration::from_millis(50);
    let api = Api::with_limits(Limits { arrival, ..Limits::default() }).await;
    let head = "POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{";
    let mut stream = TcpStream::connect(api.address).await.expect("it listens");
    stream.write_all(head.as_bytes()).await.expect("it reads");
    let mut answer = vec![0; 12];
    soon(stream.read_exact(&mut answer)).await.expect("an answer");
    assert_eq!(answer, b"HTTP/1.1 408");
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_cut_off() {
    let answer = Duration::from_millis(50);
    let api = Api::with_limits(Limits { answer, ..Limits::default() }).await;
    let head = "POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{";
    let mut stream = TcpStream::connect(api.address).await.expect("it listens");
    stream.write_all(head.as_bytes()).await.expect("it reads");
    let mut answer = vec![0; 12];
    soon(stream.read_exact(&mut answer)).await.expect("an answer");
    assert_eq!(answer, b"HTTP/1.1 503");
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed_in_the_end() {
    let idle = Duration::from_millis(50);
    let api = Api::with_limits(Limits { idle, ..Limits::default() }).await;
    let mut silent = TcpStream::connect(api.address).await.expect("it listens");
    let (answer, error) = read_all(&mut silent).await;
    assert_eq!((String::from_utf8_lossy(&answer).as_ref(), error), ("", None));
    // And so is one that is kept after an answer.
    let answer = api.raw("GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert_eq!(status(&answer), "200", "{answer}");
}
