//! `chaosgate events` and `chaosgate wait-hits`: what happens at a gate of a daemon.
#![cfg(unix)]

mod support;

use support::{Program, address_in, at, connect, echo_server, exchange, json, text};

/// A daemon with a gate `g` before an echo server, whose answers are a little late.
fn daemon() -> Program {
    let (server, upstream) = (Program::serve(&[]), echo_server().to_string());
    server.tell(&["create", "g", "--upstream", &upstream, "--to-client", "latency:1ms"]);
    server
}

/// Sends something through the gate.
fn use_gate(server: &Program) {
    let mut client = connect(address_in(&server.tell(&["ls"])));
    assert_eq!(exchange(&mut client, b"hi"), b"hi");
}

#[test]
fn events_are_lines_or_objects() {
    let server = daemon();
    server.tell(&["accept", "g", "hold"]);
    let lines = server.tell(&["events", "g"]);
    assert!(lines.ends_with(" accepting set to hold\n"), "{lines}");
    let objects = server.tell(&["events", "g", "-o", "json"]);
    assert_eq!(objects.lines().count(), lines.lines().count());
    let last = json(objects.lines().last().expect("an event").as_bytes());
    assert_eq!(last["event"], "accepting_set");
    let in_yaml = server.tell(&["events", "g", "--output", "yaml"]);
    assert!(
        in_yaml.contains("accepting: hold\n") && in_yaml.starts_with("- number: 1\n"),
        "{in_yaml}"
    );
}

#[test]
fn who_follows_is_told_of_what_happens_until_the_gate_goes() {
    let server = daemon();
    let mut follow = at(&server.address.to_string(), &["events", "g", "-f"]);
    let mut follower = Program::spawn(&mut follow);
    follower.line_with("to_client set to latency");
    server.tell(&["accept", "g", "hold"]);
    follower.line_with("accepting set to hold");
    server.tell(&["heal", "g"]);
    follower.line_with("accepting set to accept");
    server.tell(&["rm", "g"]);
    let (_, code, errors) = follower.end();
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

#[test]
fn who_follows_a_daemon_that_ends_is_told() {
    let server = daemon();
    let mut follow = at(&server.address.to_string(), &["events", "g", "-f"]);
    let mut follower = Program::spawn(&mut follow);
    follower.line_with("to_client set to latency");
    drop(server);
    let (_, code, errors) = follower.end();
    assert_eq!(code, Some(3), "{errors}");
}

#[test]
fn hits_are_waited_for() {
    let server = daemon();
    let wait = ["wait-hits", "g", "to_client", "latency", "--at-least", "2"];
    let mut waiting = Program::spawn(&mut at(&server.address.to_string(), &wait));
    use_gate(&server);
    use_gate(&server);
    assert_eq!(waiting.line(), "2 hits");
    assert_eq!(waiting.wait(), Some(0));
}

#[test]
fn too_few_hits_are_a_failure() {
    let server = daemon();
    let output = server.told(&["wait-hits", "g", "to_client", "latency", "--timeout", "10ms"]);
    let says = "error: latency to_client of g: 0 hits after 10ms, of at least 1; does traffic go that way?\n";
    assert_eq!((text(&output.stderr), output.status.code()), (says, Some(1)));
}
