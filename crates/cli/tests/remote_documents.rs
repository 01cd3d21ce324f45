//! `chaosgate apply` and `chaosgate export`: all gates of a daemon as one document.
#![cfg(unix)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use support::{Program, address_in, at, connect, echo_server, exchange, text};
use tempfile::TempDir;

const GATES: &str = r#"
[gates.redis]
upstream = "127.0.0.1:9"
seed = 7
to_client = [{ type = "latency", delay = "50ms" }]

[gates.names]
upstream = "127.0.0.1:9"
protocol = "udp"
accepting = "hold"
"#;

/// A directory with these files.
fn files(all: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, content) in all {
        fs::write(directory.path().join(name), content).expect("a file");
    }
    directory
}

fn apply(server: &Program, directory: &Path, arguments: &[&str]) -> Output {
    let mut command = at(&server.address.to_string(), &[&["apply"], arguments].concat());
    command.current_dir(directory).output().expect("it starts")
}

#[track_caller]
fn applied(server: &Program, directory: &Path, arguments: &[&str]) -> String {
    let output = apply(server, directory, arguments);
    assert_eq!((text(&output.stderr), output.status.code()), ("", Some(0)));
    text(&output.stdout).to_owned()
}

#[test]
fn what_is_exported_is_applied_as_the_same_whatever_it_is_written_in() {
    let (server, directory) = (Program::serve(&[]), files(&[("gates.toml", GATES)]));
    let said = applied(&server, directory.path(), &["gates.toml"]);
    assert!(
        said.starts_with("names listens on ") && said.contains("\nredis listens on "),
        "{said}"
    );
    let before = server.tell(&["export"]);
    assert!(before.contains("[gates.names]"), "{before}");
    for language in ["toml", "yaml", "json"] {
        let (exported, file) =
            (server.tell(&["export", "-o", language]), format!("all.{language}"));
        fs::write(directory.path().join(&file), exported).expect("a file");
        server.tell(&["rm", "redis", "names"]);
        applied(&server, directory.path(), &[&file]);
        assert_eq!(server.tell(&["export"]), before, "{language}");
    }
}

#[test]
fn a_document_is_the_whole_unless_others_are_kept() {
    let other = "gates: {other: {upstream: 127.0.0.1:9}}\n";
    let directory = files(&[("gates.toml", GATES), ("other.yaml", other)]);
    let server = Program::serve(&[]);
    let gates = || {
        let listed = server.tell(&["ls"]);
        let names = listed.lines().skip(1).filter_map(|row| row.split(' ').next());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    applied(&server, directory.path(), &["gates.toml"]);
    let said = applied(&server, directory.path(), &["--keep", "other.yaml"]);
    assert!(said.starts_with("other listens on ") && said.lines().count() == 1, "{said}");
    assert_eq!(gates(), ["names", "other", "redis"]);
    applied(&server, directory.path(), &["other.yaml"]);
    assert_eq!(gates(), ["other"]);
    applied(&server, directory.path(), &["."]);
    assert_eq!(gates(), ["names", "other", "redis"], "of a directory, all files");
}

#[test]
fn a_gate_that_can_stay_keeps_its_connections() {
    let (server, upstream) = (Program::serve(&[]), echo_server().to_string());
    let made = server.tell(&["create", "g", "--upstream", &upstream, "--to-client", "latency:1ms"]);
    let mut client = connect(address_in(&made));
    assert_eq!(exchange(&mut client, b"hi"), b"hi");
    let directory = files(&[("gates.toml", GATES), ("g.toml", &server.tell(&["export"]))]);
    applied(&server, directory.path(), &["--keep", "gates.toml"]);
    applied(&server, directory.path(), &["g.toml"]);
    assert_eq!(exchange(&mut client, b"hi"), b"hi");
    let shown = server.tell(&["inspect", "g"]);
    assert!(shown.contains(": 2 hits\n"), "{shown}");
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_changes_nothing() {
    let wrong = "[gates.a]\nupstream = \"127.0.0.1\"\n";
    let (server, directory) = (Program::serve(&[]), files(&[("wrong.toml", wrong)]));
    let output = apply(&server, directory.path(), &["wrong.toml"]);
    let says = "error: wrong.toml:2:12: gates.a.upstream: upstream address \"127.0.0.1\" is wrong: it must be \
                HOST:PORT\n    upstream = \"127.0.0.1\"\n               ^^^^^^^^^^^\n";
    assert_eq!((text(&output.stderr), output.status.code()), (says, Some(4)));
    let none = apply(&server, directory.path(), &["none.toml"]);
    assert_eq!(none.status.code(), Some(2));
    assert_eq!(server.tell(&["ls"]).lines().count(), 1);
}
