//! The commands that make, show, change and remove gates of a daemon.
#![cfg(unix)]

mod support;

use std::fs;
use std::net::UdpSocket;
use std::path::Path;

use serde_json::Value;

use support::{Program, address_in, at, connect, echo_server, exchange, json, text};

/// A daemon with a gate `g` before an echo server, made with these arguments beside.
fn daemon(arguments: &[&str]) -> Program {
    let (server, upstream) = (Program::serve(&[]), echo_server().to_string());
    server.tell(&[&["create", "g", "--upstream", &upstream], arguments].concat());
    server
}

fn status(server: &Program) -> Value {
    json(server.tell(&["inspect", "g", "-o", "json"]).as_bytes())
}

#[test]
fn a_gate_comes_is_seen_and_goes() {
    let (server, upstream) = (Program::serve(&[]), echo_server().to_string());
    let heading = "name protocol listen upstream accepting connections faults\n";
    assert_eq!(server.tell(&["ls"]), heading);
    let made = server.tell(&["create", "redis", "--upstream", &upstream]);
    let place = address_in(&made);
    assert_eq!(made, format!("redis listens on {place}\n"));
    let mut client = connect(place);
    assert_eq!(exchange(&mut client, b"hi"), b"hi");
    let listed = server.tell(&["ls"]);
    let row: Vec<_> = listed.lines().nth(1).expect("a gate").split_whitespace().collect();
    assert_eq!(row, ["redis", "tcp", &place.to_string(), &upstream, "accept", "1", "0"]);
    assert!(server.tell(&["ls", "-o", "yaml"]).contains("name: redis"));
    assert_eq!(
        json(server.tell(&["ls", "-o", "json"]).as_bytes())["gates"]["redis"]["running"],
        true
    );
    let shown = server.tell(&["inspect", "redis"]);
    assert!(shown.contains("to_server   2 bytes received, 2 sent\n"), "{shown}");
    server.tell(&["rm", "redis"]);
    assert_eq!(server.tell(&["ls"]), heading);
}

#[test]
fn it_prints_what_the_page_of_the_commands_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/commands.md")).expect("the page");
    let shown = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next());
    let server = Program::serve(&[]);
    let arguments = ["--upstream", "localhost:6379", "--to-client", "latency:100ms,jitter=10ms"];
    let made = server.tell(&[&["create", "redis"], &arguments[..]].concat());
    let printed = made + &server.tell(&["ls"]);
    let place = address_in(&printed).to_string();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let printed = words(&printed.replace(&place, "localhost:6380"));
    assert_eq!(printed, words(shown.expect("what is printed")));
}

#[test]
fn what_is_listed_fits_a_terminal() {
    let server = Program::serve(&[]);
    let place = ["--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:15432"];
    server.tell(&[&["create", "database", "--accepting", "timeout"], &place[..]].concat());
    let listed = server.tell(&["ls"]);
    assert!(listed.lines().all(|line| line.len() <= 80), "{listed}");
}

#[test]
fn a_gate_is_made_with_all_that_the_foreground_one_takes() {
    let server = Program::serve(&[]);
    let upstream = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let upstream = upstream.local_addr().expect("an address").to_string();
    let options = ["--udp", "--seed", "7", "--idle", "5s", "--to-client", "loss:30%"];
    server.tell(&[&["create", "names", "--upstream", &upstream], &options[..]].concat());
    let config = json(server.tell(&["inspect", "names", "-o", "json"]).as_bytes())["config"].take();
    assert_eq!(config["protocol"], "udp");
    assert_eq!((&config["seed"], &config["idle"]), (&7.into(), &"5s".into()));
    assert_eq!(config["to_client"][0]["type"], "loss");
}

#[test]
fn the_faults_of_a_direction_come_change_and_go() {
    let server = daemon(&["--to-server", "stall"]);
    assert_eq!(server.tell(&["fault", "add", "g", "to_client", "latency:100ms"]), "latency\n");
    assert_eq!(server.tell(&["fault", "add", "g", "to_client", "latency:5ms"]), "latency-2\n");
    let shown = server.tell(&["inspect", "g"]);
    assert!(shown.contains("latency:delay=100ms,name=latency: 0 hits\n"), "{shown}");
    server.tell(&["fault", "rm", "g", "to_client", "latency", "latency-2"]);
    server.tell(&["fault", "set", "g", "to_client", "slice:1kB", "stall"]);
    let faults = &status(&server)["config"]["to_client"];
    assert_eq!((&faults[0]["type"], &faults[1]["type"]), (&"slice".into(), &"stall".into()));
    server.tell(&["fault", "set", "g", "to_client"]);
    assert_eq!(status(&server)["config"]["to_client"], Value::Null);
    assert_eq!(status(&server)["config"]["to_server"][0]["type"], "stall");
}

#[test]
fn clients_are_taken_in_another_way_until_the_gate_heals() {
    let server = daemon(&["--to-client", "stall"]);
    server.tell(&["accept", "g", "hold"]);
    assert_eq!(status(&server)["config"]["accepting"], "hold");
    server.tell(&["heal", "g"]);
    let healed = status(&server)["config"].take();
    assert_eq!((&healed["accepting"], &healed["to_client"]), (&Value::Null, &Value::Null));
    server.tell(&["accept", "g", "refuse"]);
    server.tell(&["heal"]);
    assert_eq!(status(&server)["config"]["accepting"], Value::Null);
}

#[test]
fn connections_are_closed_one_or_all() {
    let server = daemon(&[]);
    let place = address_in(&server.tell(&["ls"]));
    let mut clients = [(); 3].map(|()| connect(place));
    for client in &mut clients {
        exchange(client, b"hi");
    }
    let closed = ["close", "g", "--how", "reset", "--connection", "1"];
    assert_eq!(server.tell(&closed), "1 connection closed\n");
    assert_eq!(server.tell(&["close", "g"]), "2 connections closed\n");
    let none = server.told(&["close", "g", "--connection", "1"]);
    assert_eq!(none.status.code(), Some(1), "{}", text(&none.stderr));
}

#[test]
fn a_daemon_at_a_path_is_called_there() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = format!("unix:{}", directory.path().join("chaosgate.sock").display());
    let mut serve = Program::spawn(&mut support::chaosgate(&["serve", "--api", &place]));
    serve.line_with("listening on");
    let created = at(&place, &["create", "g", "--upstream", "127.0.0.1:9"]).output();
    assert_eq!(text(&created.expect("it starts").stderr), "");
    let listed = at("127.0.0.1:1", &["ls", "--url", &place]).output().expect("it starts");
    assert!(text(&listed.stdout).contains("\ng "), "{listed:?}");
}
