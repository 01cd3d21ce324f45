//! `chaosgate gate` at a terminal.
#![cfg(target_os = "linux")]

mod support;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, UdpSocket};
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{self, OpenptFlags};
use support::{address_in, chaosgate, connect, echo_server, exchange, udp_echo_server};

/// The program at a terminal of its own, and what is shown there.
struct Terminal {
    child: Child,
    screen: BufReader<File>,
}

impl Terminal {
    fn gate(upstream: SocketAddr, arguments: &[&str]) -> Self {
        let master = pty::openpt(OpenptFlags::RDWR | OpenptFlags::CLOEXEC).expect("a terminal");
        pty::grantpt(&master).expect("a terminal");
        pty::unlockpt(&master).expect("a terminal");
        let name = pty::ptsname(&master, Vec::new()).expect("a terminal").into_string();
        let terminal = File::options().write(true).open(name.expect("UTF-8")).expect("a terminal");
        let mut command = chaosgate(&["gate", "--upstream", &upstream.to_string()]);
        let child = command.args(arguments).stdout(terminal).spawn().expect("the program starts");
        Terminal { child, screen: BufReader::new(File::from(master)) }
    }

    /// The next line in which each of these is.
    fn line_with(&mut self, parts: &[&str]) -> String {
        loop {
            let mut line = String::new();
            self.screen.read_line(&mut line).expect("a line");
            if parts.iter().all(|part| line.contains(part)) {
                return line;
            }
            assert!(!line.contains("totals:"), "{parts:?} are in no line");
        }
    }

    /// Ends it, and gives the lines that are left.
    fn end(&mut self) -> Vec<String> {
        kill_process(Pid::from_child(&self.child), Signal::INT).expect("it runs");
        // Whoever reads a terminal that nobody has open any more gets an error.
        let rest = self.screen.by_ref().lines().map_while(Result::ok).collect();
        assert_eq!(self.child.wait().expect("its end").code(), Some(0));
        rest
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_goes_through_in_a_second_is_a_line_and_events_are_not_shown() {
    let mut gate = Terminal::gate(echo_server(), &["--to-client", "latency:1ms"]);
    let address = address_in(&gate.line_with(&["listening on"]));
    let mut stream = connect(address);
    exchange(&mut stream, &[7; 10_000]);
    let busy = gate.line_with(&["1 connection; to_server ", "kB/s; to_client "]);
    assert!(busy.starts_with('+') && busy.contains("; hits: latency "), "{busy}");
    let idle = gate.line_with(&["1 connection; to_server 0 B/s; to_client 0 B/s; hits: latency"]);
    drop(stream);
    gate.line_with(&["0 connections; "]);
    let rest = gate.end();
    assert!(!rest.iter().any(|line| line.contains("accepted 127") || *line == idle), "{rest:?}");
    assert!(rest.iter().any(|line| line.contains("totals: accepted 1, connected 1")), "{rest:?}");
}

#[test]
fn of_datagrams_their_number_is_shown_too() {
    let mut gate = Terminal::gate(udp_echo_server(), &["--udp"]);
    let address = address_in(&gate.line_with(&["listening on"]));
    let client = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    client.send_to(b"hello", address).expect("it takes data");
    gate.line_with(&["1 connection; to_server ", " B/s in ", " datagrams/s; to_client "]);
}

#[test]
fn events_are_shown_if_it_was_told_so() {
    let mut gate = Terminal::gate(echo_server(), &["-v"]);
    let address = address_in(&gate.line_with(&["listening on"]));
    let stream = connect(address);
    gate.line_with(&["#1 connected to"]);
    drop(stream);
    gate.line_with(&["#1 closed by the client"]);
}

#[test]
fn for_machines_a_terminal_is_as_a_pipe() {
    let mut gate = Terminal::gate(echo_server(), &["--json"]);
    let address = address_in(&gate.line_with(&[r#"{"event":"listening""#]));
    drop(connect(address));
    gate.line_with(&[r#""event":"connected""#]);
}
