//! The token of `chaosgate serve`, wherever it is given.
#![cfg(unix)]

mod support;

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use support::{Program, chaosgate, connect, text};

/// The command, whatever the environment of the tests has.
fn serve(arguments: &[&str]) -> Command {
    let mut command = chaosgate(&["serve", "--api", "127.0.0.1:0"]);
    command.args(arguments).env_remove("CHAOSGATE_TOKEN").env_remove("TOXIPROXY_AUTH_TOKEN");
    command
}

/// The status of a call that shows this token, if any.
fn status(daemon: &Program, token: Option<&str>) -> u16 {
    let mut stream = connect(daemon.address);
    let shown = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    write!(stream, "GET /version HTTP/1.1\r\nHost: localhost\r\n{shown}Connection: close\r\n\r\n")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

#[test]
fn it_may_stand_in_a_file_or_in_the_environment_by_two_names() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("token");
    fs::write(&path, "secret\n").expect("a file");
    let path = path.to_str().expect("UTF-8");
    let in_environment = |name| {
        let mut command = serve(&[]);
        command.env(name, "secret");
        command
    };
    let mut in_all = serve(&["--token-file", path]);
    in_all.env("CHAOSGATE_TOKEN", "secret").env("TOXIPROXY_AUTH_TOKEN", " secret");
    let commands = [
        serve(&["--token-file", path]),
        in_environment("CHAOSGATE_TOKEN"),
        in_environment("TOXIPROXY_AUTH_TOKEN"),
        in_all,
    ];
    for command in commands {
        let daemon = Program::start(command, "listening on");
        let statuses = [None, Some("guess"), Some("secret")].map(|token| status(&daemon, token));
        assert_eq!(statuses, [401, 401, 200]);
    }
}

#[test]
fn two_that_differ_and_a_file_without_one_are_errors_at_the_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("token");
    fs::write(&path, " \n").expect("a file");
    let path = path.to_str().expect("UTF-8");
    let mut two = serve(&[]);
    two.env("CHAOSGATE_TOKEN", "one").env("TOXIPROXY_AUTH_TOKEN", "another");
    let mut no_text = serve(&[]);
    no_text.env("CHAOSGATE_TOKEN", OsStr::from_bytes(b"\xff"));
    let cases = [
        (no_text, "the token of CHAOSGATE_TOKEN is no UTF-8".to_owned()),
        (two, "the tokens of CHAOSGATE_TOKEN and TOXIPROXY_AUTH_TOKEN differ".to_owned()),
        (serve(&["--token-file", path]), format!("the token file {path} has no token")),
        (serve(&["--token-file", "/none"]), "the token file /none cannot be read: ".to_owned()),
    ];
    for (mut command, says) in cases {
        let output = command.output().expect("it ends");
        let message = text(&output.stderr);
        assert!(message.contains(&says), "{message}");
        assert_eq!(output.status.code(), Some(2));
    }
}
