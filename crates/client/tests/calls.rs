//! The client against a daemon in this process.

mod support;

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use chaosgate::{Accepting, Direction, How, Latency, Stall};
use chaosgate_client::{Client, Error};
use chaosgate_config::GateConfig;

use support::{LIMIT, daemon, scripted, with_token};

const DIRECTION: Direction = Direction::ToClient;

/// Does what there is to be done, with a gate of this name.
fn use_all(client: &Client, name: &str) {
    // Its clients wait in its queue.
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let upstream = server.local_addr().expect("an address").to_string();
    let created = client.create_gate(name, &GateConfig::new(upstream)).expect("a new gate");
    assert_eq!(created.config, client.gate(name).expect("a gate"));
    assert_eq!(client.status(name).expect("a status"), created);
    let gate = GateConfig { accepting: Accepting::Hold, ..created.config };
    client.put_gate(name, &gate).expect("it can be so");
    assert_eq!(client.accepting(name).expect("a way"), Accepting::Hold);
    client.set_accepting(name, Accepting::Accept).expect("it can be so");
    assert_eq!(
        client.set_seed(name, u64::MAX).expect("a seed"),
        client.seed(name).expect("a seed")
    );

    let slow = Latency::new(Duration::from_millis(5));
    let added = client.add_fault(name, DIRECTION, slow).expect("it suits");
    assert_eq!(client.faults(name, DIRECTION).expect("faults")[0], added);
    assert_eq!(client.fault(name, DIRECTION, "latency").expect("a fault"), added);
    client.put_fault(name, DIRECTION, "a/b", Stall {}).expect("it suits");
    client.remove_fault(name, DIRECTION, "a/b").expect("it is there");
    assert_eq!(client.hits(name, DIRECTION, "latency", 0, LIMIT).expect("a number"), 0);
    let set = client.set_faults(name, DIRECTION, vec![added.clone(), Stall {}.into()]);
    assert_eq!(set.expect("they suit").len(), 2);

    let _clients = [(); 2].map(|()| TcpStream::connect(created.addresses[0]).expect("it listens"));
    let connections = client.connections(name, 2, LIMIT).expect("connections");
    client.close_connection(name, connections[0].number, How::Reset).expect("it stands");
    client.close_connections(name, How::Fin).expect("it is there");
    let events = client.events(name, 0, LIMIT).expect("events");
    assert_eq!(events[0].number, 1);
    assert_eq!(client.events(name, 1, LIMIT).expect("events")[0].number, 2);
    client.heal_gate(name).expect("it can be healed");
    client.heal_gates().expect("they can be healed");

    let (config, tag) = client.gates().expect("a configuration");
    assert_eq!(config.gates[name].to_client, []);
    client.replace_gates(&config, Some(&tag)).expect("nobody has changed it");
    client.remove_gate(name).expect("it is there");
    let changed = client.replace_gates(&config, Some(&tag)).expect_err("it is gone");
    assert!(changed.is_refused_as("changed"), "{changed}");
    assert!(client.statuses().expect("a list").gates.is_empty());
}

#[test]
fn every_call_can_be_made() {
    use_all(&Client::new(&daemon("127.0.0.1:0")).expect("a URL"), "redis");
}

#[cfg(unix)]
#[test]
fn every_call_can_be_made_at_a_path() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = format!("unix:{}", directory.path().join("socket").display());
    use_all(&Client::new(&daemon(&place)).expect("a URL"), "redis");
}

#[test]
fn a_name_may_have_any_letters() {
    use_all(&Client::new(&daemon("127.0.0.1:0")).expect("a URL"), "a/b ?ä%2F");
}

#[test]
fn a_refusal_is_told_to_people_and_to_programs() {
    let client = Client::new(&daemon("127.0.0.1:0")).expect("a URL");
    client.create_gate("redis", &GateConfig::new("127.0.0.1:9")).expect("a new gate");
    let error = client.status("redsi").expect_err("it is not there");
    let Error::Refused(problem) = &error else { panic!("{error}") };
    assert_eq!((problem.status, problem.kind.as_str()), (404, "not_found"));
    assert_eq!(problem.suggestion.as_deref(), Some("redis"));
    assert_eq!(error.to_string(), problem.detail);
    let error = client.create_gate("b", &GateConfig::new("x")).expect_err("it has no port");
    let Error::Refused(problem) = error else { panic!("{error}") };
    assert_eq!(problem.field.as_deref(), Some("upstream"));
}

#[test]
fn a_token_is_shown_and_stands_in_no_log() {
    let url = with_token("secret");
    let client = Client::new(&url).expect("a URL");
    let error = client.statuses().expect_err("it shows none");
    assert!(matches!(&error, Error::Refused(problem) if problem.status == 401), "{error}");
    let client = client.token(" secret\n").expect("a token");
    client.statuses().expect("it shows the right one");
    assert!(!format!("{client:?}").contains("secret"));
    assert!(matches!(client.token("a\nb"), Err(Error::Token)));
}

#[test]
fn one_that_nobody_answers_is_named_with_the_way_out() {
    let error = Client::new("127.0.0.1:1").expect("a URL").statuses().expect_err("nobody");
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    let says = error.to_string();
    assert!(says.starts_with("no daemon can be reached at http://127.0.0.1:1: "), "{says}");
    assert!(says.ends_with("; `chaosgate serve` starts one"), "{says}");
}

#[test]
fn what_is_no_url_of_a_daemon_is_told_before_anybody_is_called() {
    for url in ["", "http://", "https://localhost:8474", "ftp://h:1", "a b", "unix:"] {
        let error = Client::new(url).expect_err(url);
        assert!(error.to_string().contains("it must be HOST:PORT, "), "{error}");
    }
}

#[test]
fn an_answer_of_another_program_is_not_understood() {
    for head in ["200 OK", "404 Not Found"] {
        let url = scripted(vec![format!("HTTP/1.1 {head}\r\nContent-Length: 2\r\n\r\nhi")]);
        let error = Client::new(&url).expect("a URL").statuses().expect_err("no JSON");
        assert!(matches!(error, Error::NotUnderstood { .. }), "{error}");
    }
}

#[test]
fn a_daemon_that_says_too_little_is_asked_again() {
    let answer = |hits| {
        let body = format!(r#"{{"hits":{hits}}}"#);
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    };
    let client = Client::new(&scripted([0, 1, 2].map(answer).to_vec())).expect("a URL");
    let hits = client.hits("g", DIRECTION, "latency", 2, Duration::MAX);
    assert_eq!(hits.expect("three answers"), 2);
}
