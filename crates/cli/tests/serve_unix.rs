//! `chaosgate serve` at a path, where its user alone reaches it.
#![cfg(unix)]

mod support;

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use rustix::process::Signal;
use support::{LIMIT, Program, chaosgate, run, text};

/// A daemon at this path.
fn serve(path: &Path) -> Program {
    let place = format!("unix:{}", path.display());
    let mut daemon = Program::spawn(&mut chaosgate(&["serve", "--api", &place, "--seed", "7"]));
    assert_eq!(daemon.line(), format!("listening on {place}, seed 7"));
    daemon
}

/// The head of the answer to a call.
fn call(path: &Path, head: &str) -> String {
    let mut stream = UnixStream::connect(path).expect("it listens");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    write!(stream, "{head}\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn it_answers_its_owner_alone_and_leaves_nothing_behind() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("chaosgate.sock");
    let daemon = serve(&path);
    let mode = std::fs::metadata(&path).expect("a socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(call(&path, "GET /version HTTP/1.1\r\nHost: localhost"), "HTTP/1.1 200 OK");
    daemon.signal(Signal::TERM);
    let (_, code, errors) = daemon.end();
    assert_eq!(code, Some(0));
    assert!(!errors.contains("there is no token"), "{errors}");
    assert!(!path.exists());
}

#[test]
fn no_page_of_a_browser_gets_in_that_way_either() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("chaosgate.sock");
    let _daemon = serve(&path);
    // Any name will do: there is no other site that would have it.
    assert_eq!(call(&path, "GET /version HTTP/1.1\r\nHost: unix"), "HTTP/1.1 200 OK");
    let head = "GET /version HTTP/1.1\r\nHost: localhost\r\nOrigin: http://example.org";
    assert_eq!(call(&path, head), "HTTP/1.1 403 Forbidden");
}

#[test]
fn a_daemon_that_was_killed_leaves_no_obstacle_and_one_that_runs_is_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("chaosgate.sock");
    let mut killed = serve(&path);
    killed.signal(Signal::KILL);
    killed.wait();
    assert!(path.exists());
    let daemon = serve(&path);
    let place = format!("unix:{}", path.display());
    let second = run(&["serve", "--api", &place]);
    let says = format!("the interface cannot listen on {place}: address in use");
    assert!(text(&second.stderr).contains(&says), "{}", text(&second.stderr));
    assert_eq!(second.status.code(), Some(1));
    assert_eq!(call(&path, "GET /version HTTP/1.1\r\nHost: localhost"), "HTTP/1.1 200 OK");
    drop(daemon);
}

#[test]
fn a_place_without_a_path_is_refused() {
    let output = run(&["serve", "--api", "unix:"]);
    let says = "the interface cannot listen on unix:: a path has to follow: unix:PATH";
    assert!(text(&output.stderr).contains(says), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
}
