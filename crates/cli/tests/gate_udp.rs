//! `chaosgate gate --udp`, as a user runs it.
#![cfg(unix)]

mod support;

use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;
use support::{LIMIT, Program, receive, udp_echo_server};

/// An address that nobody has.
fn nobody() -> SocketAddr {
    let gone = UdpSocket::bind("127.0.0.1:0").and_then(|gone| gone.local_addr());
    gone.expect("an address")
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).expect("JSON")
}

#[test]
fn a_latency_is_felt_and_its_hits_are_in_the_totals() {
    let upstream = udp_echo_server();
    let mut gate = Program::gate(upstream, &["--udp", "--to-client", "latency:delay=100ms"]);
    gate.line_with("to_client set to latency:delay=100ms");
    let client = gate.socket();
    let started = Instant::now();
    client.send(b"hello").expect("it takes data");
    assert_eq!(receive(&client), b"hello");
    assert!(started.elapsed() >= Duration::from_millis(100), "{:?}", started.elapsed());
    gate.line_with(&format!("#1 accepted {}", client.local_addr().expect("an address")));
    gate.line_with(&format!("#1 connected to {upstream}"));
    gate.line_with("#1 latency to_client hit");

    gate.signal(Signal::INT);
    let (rest, code, errors) = gate.end();
    let totals = [
        "totals: accepted 1, connected 1, unreachable 0",
        "to_server: 5 bytes received in 1 datagram, 5 sent, 0 datagrams dropped",
        "to_client: 5 bytes received in 1 datagram, 5 sent, 0 datagrams dropped; hits: latency 1",
    ];
    assert_eq!(rest, totals);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

#[test]
fn what_a_fault_has_lost_is_in_the_totals() {
    let mut gate = Program::gate(nobody(), &["--udp", "--to-server", "loss:1"]);
    gate.socket().send(b"hello").expect("it takes data");
    gate.line_with("#1 loss to_server hit");
    gate.signal(Signal::INT);
    let (rest, _, _) = gate.end();
    let lost = "to_server: 5 bytes received in 1 datagram, 0 sent, 5 lost to faults, \
                0 datagrams dropped; hits: loss 1";
    assert_eq!(rest[1], lost);
}

#[test]
fn a_datagram_comes_twice_and_as_two() {
    let gate = Program::gate(udp_echo_server(), &["--udp", "--to-server", "duplicate:ratio=1"]);
    let client = gate.socket();
    client.send(b"hello").expect("it takes data");
    assert_eq!([receive(&client), receive(&client)], [b"hello", b"hello"]);
}

#[test]
fn a_port_that_nobody_has_and_a_silence_are_events_and_are_counted() {
    let mut gate = Program::gate(nobody(), &["--udp", "--idle", "500ms"]);
    gate.socket().send(b"hello").expect("it takes data");
    gate.line_with("#1 port unreachable");
    gate.line_with("#1 closed by silence (fin)");
    gate.signal(Signal::TERM);
    let (rest, code, _) = gate.end();
    assert_eq!(rest[0], "totals: accepted 1, connected 1, unreachable 1");
    assert_eq!(code, Some(0));
}

#[test]
fn for_machines_they_are_objects_too() {
    let mut gate = Program::gate(nobody(), &["--udp", "--json", "--idle", "500ms"]);
    gate.socket().send(b"hello").expect("it takes data");
    assert_eq!(parse(&gate.line_with("unreachable"))["connection"], 1);
    assert_eq!(parse(&gate.line_with("closed"))["by"], "silence");
    gate.signal(Signal::INT);
    let (rest, _, _) = gate.end();
    let totals = parse(rest.last().expect("totals"));
    assert_eq!(totals["unreachable"], 1);
    for (direction, bytes) in [("to_server", 5), ("to_client", 0)] {
        assert_eq!(totals[direction]["received"], bytes, "{totals}");
        assert_eq!(totals[direction]["dropped"], 0, "{totals}");
    }
}

#[test]
fn what_finds_no_room_is_counted() {
    let server = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    server.set_read_timeout(Some(LIMIT)).expect("a limit");
    let upstream = server.local_addr().expect("an address");
    let mut gate = Program::gate(upstream, &["--udp", "--json", "--to-client", "stall"]);
    let client = gate.socket();
    // Their answers are four times what a direction keeps.
    for _ in 0..1_000 {
        client.send(b"question").expect("it takes data");
        let (_, asker) = server.recv_from(&mut [0; 8]).expect("a question");
        server.send_to(&[7; 1_000], asker).expect("it takes data");
    }
    gate.line_with(r#""event":"hit""#);
    gate.signal(Signal::INT);
    let (rest, _, _) = gate.end();
    let totals = parse(rest.last().expect("totals"));
    assert_eq!(totals["to_server"]["dropped"], 0, "{totals}");
    assert!(totals["to_client"]["dropped"].as_u64() > Some(100), "{totals}");
}

#[cfg(target_os = "linux")]
#[test]
fn clients_are_refused_if_it_was_told_so() {
    let gate = Program::gate(udp_echo_server(), &["--udp", "--accepting", "refuse"]);
    let client = gate.socket();
    client.send(b"hello").expect("it takes data");
    let error = client.recv(&mut [0]).expect_err("nobody is there");
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}
