//! How `chaosgate serve` ends.
#![cfg(unix)]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::{Program, connect, echo_server, exchange};

#[test]
fn what_is_under_way_arrives_after_it_was_told_to_end() {
    let server = Program::serve(&[]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    // A client that is yet to be connected to the server is refused with the others.
    exchange(&mut stream, b"hello");
    let latency = r#"{"type":"latency","attributes":{"latency":500}}"#;
    assert_eq!(server.call("POST", "/proxies/p/toxics", latency).0, 200);
    stream.write_all(b"hello").expect("it reads");
    server.signal(Signal::TERM);
    // It refuses from when it has begun to end.
    while TcpStream::connect(proxy).is_ok() {}
    let mut answer = [0; 5];
    stream.read_exact(&mut answer).expect("the answer was under way");
    assert_eq!(&answer, b"hello");
    drop(stream);
    let (_, code, errors) = server.end();
    assert_eq!(code, Some(0));
    assert!(errors.contains("ending"), "{errors}");
}

/// A call that is under way, and will be.
fn half_a_call(server: &Program) -> TcpStream {
    let mut call = server.connect();
    let head = "POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\
                Expect: 100-continue\r\n\r\n";
    call.write_all(head.as_bytes()).expect("it reads");
    let mut asked = [0; 12];
    call.read_exact(&mut asked).expect("it asks for the body");
    assert_eq!(&asked, b"HTTP/1.1 100");
    call
}

#[test]
fn new_clients_are_refused_at_once_whatever_a_call_is_doing() {
    let server = Program::serve(&["--drain", "1h"]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    exchange(&mut stream, b"hello");
    let _call = half_a_call(&server);
    server.signal(Signal::TERM);
    // As the test before this: were it to wait for the call, this would take 15 s.
    let told = Instant::now();
    while TcpStream::connect(proxy).is_ok() {}
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    assert_eq!(exchange(&mut stream, b"hello"), b"hello", "what stands goes on");
    server.signal(Signal::TERM);
    assert_eq!(server.end().1, Some(0));
}

#[test]
fn calls_and_connections_have_the_same_time_to_end() {
    let drain = Duration::from_millis(300);
    let server = Program::serve(&["--drain", "300ms"]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    exchange(&mut stream, b"hello");
    let _call = half_a_call(&server);
    let told = Instant::now();
    server.signal(Signal::TERM);
    let (_, code, errors) = server.end();
    assert_eq!(code, Some(0));
    assert!(errors.contains("ending: 1 connection may go on for 300ms"), "{errors}");
    assert!(errors.contains("INFO calls are waited for calls=1"), "{errors}");
    // Calls alone once had 5 s.
    let took = told.elapsed();
    assert!(took >= drain && took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn neither_a_stream_nor_a_call_that_waits_holds_up_the_end() {
    let server = Program::serve(&["--drain", "1h"]);
    let gate = r#"{"name": "g", "upstream": "localhost:1"}"#;
    assert_eq!(server.call("POST", "/api/v1/gates", gate).0, 201);
    let ask = |path: &str| {
        let mut call = server.connect();
        let head = format!(
            "GET /api/v1/gates/g/{path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
        );
        call.write_all(head.as_bytes()).expect("it reads");
        call
    };
    let (mut stream, _wait) = (ask("events"), ask("connections?at_least=1&wait=5s"));
    let mut head = [0; 12];
    stream.read_exact(&mut head).expect("a stream");
    assert_eq!(&head, b"HTTP/1.1 200");
    server.signal(Signal::TERM);
    assert_eq!(server.end().1, Some(0));
    stream.read_to_end(&mut Vec::new()).expect("the stream has an end");
}

#[test]
fn the_same_signal_again_ends_it_at_once() {
    let server = Program::serve(&["--drain", "1h"]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    exchange(&mut stream, b"hello");
    server.signal(Signal::INT);
    while TcpStream::connect(proxy).is_ok() {}
    server.signal(Signal::INT);
    assert_eq!(server.end().1, Some(0));
}

#[test]
fn connections_are_not_waited_for_longer_than_it_was_told() {
    let server = Program::serve(&["--drain", "10ms"]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    exchange(&mut stream, b"hello");
    server.signal(Signal::INT);
    assert_eq!(server.end().1, Some(0));
    // The stream was open until now.
    drop(stream);
}

#[test]
fn after_a_kill_it_is_back_on_the_same_ports_with_its_configuration_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("gates.json");
    let (upstream, file) = (echo_server(), file.to_str().expect("UTF-8").to_owned());
    let gates = |listen: &str| {
        let gates =
            format!(r#"{{"gates":{{"g":{{"listen":"{listen}","upstream":"{upstream}"}}}}}}"#);
        std::fs::write(&file, gates).expect("a file");
    };
    gates("127.0.0.1:0");
    let server = Program::serve(&["--config", &file]);
    let gate = support::address_in(&server.call("GET", "/proxies/g", "").1);
    gates(&gate.to_string());
    server.make_proxy(upstream);
    let toxic = r#"{"type":"noop"}"#;
    assert_eq!(server.call("POST", "/proxies/g/toxics", toxic).0, 200);
    let mut stream = connect(gate);
    exchange(&mut stream, b"hello");
    let api = server.address.to_string();
    server.signal(Signal::KILL);
    assert_eq!(server.end().1, None, "a signal has ended it");

    let again = support::chaosgate(&["serve", "--api", &api, "--config", &file]);
    let again = Program::start(again, "listening on");
    assert_eq!(exchange(&mut connect(gate), b"hello"), b"hello");
    assert_eq!(again.call("GET", "/proxies/p", "").0, 404);
    assert_eq!(again.call("GET", "/proxies/g/toxics", "").1, "[]");
    assert_eq!(stream.read(&mut [0]).ok().unwrap_or_default(), 0, "it has ended, or was reset");
}
