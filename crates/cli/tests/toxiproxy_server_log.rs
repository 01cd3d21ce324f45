//! The log of the program under the name `toxiproxy-server`.
#![cfg(unix)]

mod support;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use support::{LISTENS, Program, connect, toxiproxy_server};

/// What containers' wait strategies and launchers look for.
#[test]
fn the_lines_that_programs_wait_for_are_there_at_info() {
    let mut command = toxiproxy_server(&["-host", "127.0.0.1", "-port", "0"]);
    let mut server = Program::spawn(command.env("LOG_LEVEL", "INFO"));
    let line = server.logged("Starting Toxiproxy");
    assert_eq!((&line["message"], &line["level"]), (&"Starting Toxiproxy".into(), &"info".into()));
    assert_eq!(
        (&line["host"], &line["port"], &line["version"]),
        (&"127.0.0.1".into(), &"0".into(), &"2.13.0".into())
    );
    let line = server.logged(LISTENS);
    assert_eq!((&line["message"], &line["level"]), (&LISTENS.into(), &"info".into()));
    server.address = support::address_in(line["address"].as_str().expect("an address"));

    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let upstream = nobody.local_addr().expect("an address");
    drop(nobody);
    let proxy = server.make_proxy(upstream);
    let line = server.logged("Started proxy");
    assert_eq!(line["level"], "info");
    assert_eq!(
        (&line["name"], &line["listen"], &line["upstream"]),
        (&"p".into(), &proxy.to_string().into(), &upstream.to_string().into())
    );
    let client = connect(proxy).local_addr().expect("an address");
    let line = server.logged("Accepted client");
    assert_eq!((&line["level"], &line["client"]), (&"info".into(), &client.to_string().into()));
    let line = server.logged("Unable to open connection to upstream");
    assert_eq!((&line["level"], &line["name"]), (&"error".into(), &"p".into()));
    server.call("DELETE", "/proxies/p", "");
    assert_eq!(server.logged("Terminated proxy")["name"], "p");
    server.signal(Signal::TERM);
    let (rest, _, _) = server.end();
    assert!(rest.iter().any(|line| line.contains("Shutdown started")), "{rest:?}");
    assert!(!rest.iter().any(|line| line.contains("debug")), "{rest:?}");
}

#[test]
fn the_level_of_the_log_is_that_of_the_environment() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let mut command = toxiproxy_server(&["-host", "127.0.0.1", "-port", &port]);
    let mut quiet = Program::spawn(command.env("LOG_LEVEL", "error"));
    assert!(quiet.line().contains("the interface cannot listen"), "it is the first line");
    let mut loud = Program::spawn(command.env("LOG_LEVEL", "loud"));
    let line = loud.logged("LOG_LEVEL");
    assert_eq!((&line["level"], &line["value"]), (&"error".into(), &"loud".into()));
    loud.logged("Starting Toxiproxy");
}

#[test]
fn a_log_that_nobody_reads_holds_up_neither_a_call_nor_the_end() {
    let mut child = toxiproxy_server(&["-host", "127.0.0.1", "-port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut log = BufReader::with_capacity(1, child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains(LISTENS) {
        line.clear();
        log.read_line(&mut line).expect("a line");
    }
    let interface = support::address_in(&line);
    // Each of these is a line of 150 bytes, so the pipe's 64 KiB are full long before the last.
    for _ in 0..1_000 {
        assert_eq!(support::call(interface, "GET", "/proxies", "").0, 200);
    }
    kill_process(Pid::from_child(&child), Signal::TERM).expect("it runs");
    assert_eq!(child.wait().expect("its end").code(), Some(0));
    // It was open until now, and full.
    drop(log);
}
