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
