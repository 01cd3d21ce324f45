//! The program under the name `toxiproxy-cli`: the commands, the output and the exit codes of that client.
#![cfg(unix)]

mod support;

use std::os::unix::process::CommandExt;
use std::process::Command;

use support::{Program, chaosgate, connect, echo_server, exchange, text};

/// What it prints, what it says on standard error, and its exit code.
type Said = (String, String, Option<i32>);

fn client(server: &Program, arguments: &[&str]) -> Said {
    // The scheme may be missing.
    said(at(&server.address.to_string()).args(arguments))
}

fn at(host: &str) -> Command {
    let mut command = chaosgate(&[]);
    command.arg0("/toxiproxy-cli").env("TOXIPROXY_URL", host).env_remove("TOXIPROXY_AUTH_TOKEN");
    command
}

fn said(command: &mut Command) -> Said {
    let output = command.output().expect("it starts");
    (text(&output.stdout).to_owned(), text(&output.stderr).to_owned(), output.status.code())
}

#[track_caller]
fn prints(said: &Said, expected: &str) {
    assert_eq!(*said, (expected.to_owned(), String::new(), Some(0)));
}

#[track_caller]
fn fails(said: &Said, expected: &str) {
    assert_eq!((said.1.trim_end(), said.2), (expected, Some(1)), "{said:?}");
}

#[test]
fn a_proxy_comes_changes_and_goes_by_its_commands() {
    let (server, upstream) = (Program::serve(&[]), echo_server().to_string());
    let client = |arguments: &[&str]| client(&server, arguments);
    prints(&client(&["list"]), "");
    for name in ["q", "a b/c"] {
        let created = client(&["create", "-l", "localhost:0", "--upstream", &upstream, name]);
        prints(&created, &format!("Created new proxy {name}\n"));
    }
    let (listed, ..) = client(&["ls"]);
    let rows: Vec<Vec<_>> = listed.lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!((rows[0][0], rows[1][0]), ("a b/c", "q"), "by name");
    assert_eq!(rows[0][2..], [upstream.as_str(), "enabled", "0"]);
    assert_eq!(exchange(&mut connect(rows[1][1].parse().expect("an address")), b"hi"), b"hi");

    prints(&client(&["toggle", "q"]), "Proxy q is now disabled\n");
    assert!(client(&["l"]).0.contains("\tdisabled\t0\n"));
    prints(&client(&["tog", "q"]), "Proxy q is now enabled\n");
    prints(&client(&["delete", "a b/c"]), "Deleted proxy a b/c\n");
    assert_eq!(client(&["list"]).0.lines().count(), 1);
}

#[test]
fn a_toxic_comes_changes_and_goes_by_its_commands() {
    let server = Program::serve(&[]);
    server.make_proxy(echo_server());
    let client = |arguments: &[&str]| client(&server, arguments);
    let added =
        client(&["toxic", "add", "-t", "latency", "-a", "latency=100", "-a", "jitter=5", "p"]);
    prints(&added, "Added downstream latency toxic 'latency_downstream' on proxy 'p'\n");
    let added = ["t", "a", "-t", "noop", "-n", "n", "--tox", "0.5", "-u", "p"];
    prints(&client(&added), "Added upstream noop toxic 'n' on proxy 'p'\n");
    prints(
        &client(&["inspect", "p"]),
        "n\ttype=noop\tstream=upstream\ttoxicity=0.50\tattributes=[\t]\n\
         latency_downstream\ttype=latency\tstream=downstream\ttoxicity=1.00\tattributes=[\
         \tjitter=5\tlatency=100\t]\n",
    );
    let updated = client(&["toxic", "update", "-n", "n", "--toxicity", "0.25", "p"]);
    prints(&updated, "Updated toxic 'n' on proxy 'p'\n");
    assert!(client(&["i", "p"]).0.contains("toxicity=0.25"));
    for remove in ["remove", "r"] {
        let name = if remove == "r" { "n" } else { "latency_downstream" };
        let removed = client(&["toxic", remove, "-n", name, "p"]);
        prints(&removed, &format!("Removed toxic '{name}' on proxy 'p'\n"));
    }
}

#[test]
fn what_the_server_refuses_is_said_with_its_status() {
    let server = Program::serve(&[]);
    server.make_proxy(echo_server());
    let client = |arguments: &[&str]| client(&server, arguments);
    fails(
        &client(&["create", "-l", "localhost:0", "-u", "u:1", "p"]),
        "Failed to create proxy: create: HTTP 409: proxy already exists",
    );
    for command in [&["inspect", "x"][..], &["toggle", "x"], &["delete", "x"]] {
        fails(&client(command), "Failed to retrieve proxy x: HTTP 404: proxy not found");
    }
    let bad = client(&["toxic", "add", "-t", "down", "p"]);
    fails(&bad, "Failed to add toxic: create: HTTP 400: invalid toxic type");
    let none = client(&["toxic", "remove", "-n", "x", "p"]);
    fails(&none, "Failed to remove toxic: delete: HTTP 404: toxic not found");
}

#[test]
fn what_is_missing_is_said_below_the_help() {
    let server = Program::serve(&[]);
    let client = |arguments: &[&str]| client(&server, arguments);
    for (arguments, says) in [
        (&["create"][..], "Proxy name is required as the first argument."),
        (&["inspect"], "Proxy name is required as the first argument."),
        (&["create", "p"], "Required argument 'listen' was empty."),
        (&["create", "-l", ":0", "p"], "Required argument 'upstream' was empty."),
        (&["toxic", "add"], "Proxy name is missing."),
        (&["toxic", "add", "p"], "Required argument 'type' was empty."),
        (&["toxic", "update", "p"], "Required argument 'toxicName' was empty."),
    ] {
        let said = client(arguments);
        fails(&said, says);
        assert!(said.0.contains("Usage: toxiproxy-cli"), "{said:?}");
    }
    let both = client(&["toxic", "add", "-t", "noop", "-u", "-d", "p"]);
    fails(&both, "Only one should be specified: upstream or downstream.");
    let beyond = client(&["toxic", "add", "-t", "noop", "--toxicity", "-1", "p"]);
    fails(&beyond, "toxicity should be a float between 0 and 1.");
}

#[test]
fn without_a_command_it_helps_and_one_that_there_is_not_is_refused() {
    let (help, errors, code) = said(&mut at("localhost:1"));
    assert!(help.contains("inspect") && help.contains("toxic"), "{help}");
    assert_eq!((errors.as_str(), code), ("", Some(0)));
    assert_eq!(said(at("localhost:1").arg("lst")).2, Some(3));
    let (help, errors, code) = said(at("localhost:1").arg("toxic"));
    assert!(help.contains("add") && help.contains("update") && help.contains("remove"), "{help}");
    assert_eq!((errors.as_str(), code), ("", Some(0)));
    let (version, _, code) = said(at("localhost:1").arg("-v"));
    assert_eq!((version.as_str(), code), ("toxiproxy-cli 2.13.0\n", Some(0)));
}

#[test]
fn a_flag_goes_before_the_environment_and_the_token_is_shown() {
    let mut serve = chaosgate(&["serve", "--api", "127.0.0.1:0"]);
    serve.env("TOXIPROXY_AUTH_TOKEN", "secret");
    let server = Program::start(serve, "listening on");
    let url = format!("http://{}/", server.address);
    let refused = said(at("localhost:1").args(["-h", &url, "list"]));
    fails(&refused, "Failed to retrieve proxies: HTTP 401: missing or invalid auth token");
    prints(&said(at("localhost:1").args(["--host", &url, "--auth-token", "secret", "list"])), "");
    prints(&said(at(&url).env("TOXIPROXY_AUTH_TOKEN", "secret").arg("list")), "");
    let (_, errors, code) = said(at("127.0.0.1:1").arg("list"));
    assert!(errors.starts_with("Failed to retrieve proxies: "), "{errors}");
    assert_eq!(code, Some(1));
}
