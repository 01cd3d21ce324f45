//! What is said where a daemon is not found, or refuses what it is asked.
#![cfg(unix)]

mod support;

use support::{Program, at, chaosgate, text};

#[track_caller]
fn refused(server: &Program, arguments: &[&str], says: &str, code: i32) {
    let output = server.told(arguments);
    let said = (text(&output.stderr), output.status.code());
    assert_eq!(said, (format!("error: {says}\n").as_str(), Some(code)), "{arguments:?}");
}

#[test]
fn a_daemon_that_is_not_there_is_named_with_the_way_out() {
    let output = at("127.0.0.1:1", &["ls"]).output().expect("it starts");
    let says = text(&output.stderr);
    assert!(says.starts_with("error: no daemon can be reached at http://127.0.0.1:1: "), "{says}");
    assert!(
        says.contains("`chaosgate serve` starts one, and --url tells where another is"),
        "{says}"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_name_that_there_is_not_is_told_with_what_was_meant() {
    let server = Program::serve(&[]);
    server.tell(&["create", "redis", "--upstream", "127.0.0.1:9", "--to-client", "stall"]);
    let no_gate = "there is no gate \"redsi\"; did you mean \"redis\"?";
    refused(&server, &["inspect", "redsi"], no_gate, 1);
    refused(&server, &["rm", "redsi"], no_gate, 1);
    refused(&server, &["events", "redsi", "-f"], no_gate, 1);
    let no_fault = "there is no fault \"stal\"; did you mean \"stall\"?";
    refused(&server, &["wait-hits", "redis", "to_client", "stal"], no_fault, 1);
}

#[test]
fn a_value_that_cannot_be_is_a_wrong_argument() {
    let server = Program::serve(&[]);
    let create = ["create", "a", "--upstream", "nowhere"];
    let says = "upstream: upstream address \"nowhere\" is wrong: it must be HOST:PORT";
    refused(&server, &create, says, 2);
    for arguments in [&["accept", "g", "hodl"][..], &["fault", "add", "g", "to_clint", "stall"]] {
        assert_eq!(server.told(arguments).status.code(), Some(2));
    }
    let says = "\"https://h\" is no URL of a daemon: the interface has no TLS, and so no scheme but http; it must \
                be HOST:PORT, http://HOST:PORT or unix:PATH";
    refused(&server, &["ls", "--url", "https://h"], says, 2);
}

#[test]
fn an_argument_goes_before_our_variables_and_those_before_toxiproxys() {
    let mut serve = chaosgate(&["serve", "--api", "127.0.0.1:0"]);
    let server = Program::start(
        {
            serve.env("CHAOSGATE_TOKEN", "secret").env_remove("TOXIPROXY_AUTH_TOKEN");
            serve
        },
        "listening on",
    );
    let url = server.address.to_string();
    let code =
        |command: &mut std::process::Command| command.output().expect("it starts").status.code();
    assert_eq!(code(&mut at(&url, &["ls"])), Some(1), "it asks for a token");
    assert_eq!(code(at(&url, &["ls", "--token", "secret"]).env("CHAOSGATE_TOKEN", "x")), Some(0));
    assert_eq!(code(at(&url, &["ls"]).env("CHAOSGATE_TOKEN", "secret")), Some(0));
    let mut by_toxiproxys = at("", &["ls"]);
    by_toxiproxys.env("TOXIPROXY_URL", &url).env("TOXIPROXY_AUTH_TOKEN", "secret");
    assert_eq!(code(&mut by_toxiproxys), Some(0), "an empty variable says nothing");
    assert_eq!(code(by_toxiproxys.env("CHAOSGATE_TOKEN", "x")), Some(1));
}
