//! `chaosgate gate`, as a user runs it.
#![cfg(unix)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use support::{Program, address_in, chaosgate, echo_server, exchange};

#[test]
fn traffic_passes_and_the_events_are_printed() {
    let upstream = echo_server();
    let mut gate = Program::gate(upstream, &["--seed", "7"]);
    let mut stream = gate.connect();
    assert_eq!(exchange(&mut stream, b"hello"), b"hello");
    let client = stream.local_addr().expect("an address");
    gate.line_with(&format!("#1 accepted {client}"));
    gate.line_with(&format!("#1 connected to {upstream}"));
    drop(stream);
    gate.line_with("#1 closed by the client (fin)");
}

#[test]
fn a_latency_is_felt_and_its_hits_are_in_the_totals() {
    let mut gate = Program::gate(echo_server(), &["--to-client", "latency:delay=100ms"]);
    gate.line_with("to_client set to latency:delay=100ms");
    let mut stream = gate.connect();
    let started = Instant::now();
    exchange(&mut stream, b"hello");
    assert!(started.elapsed() >= Duration::from_millis(100), "{:?}", started.elapsed());
    gate.line_with("#1 latency to_client hit");

    gate.signal(Signal::INT);
    let (rest, code, errors) = gate.end();
    let totals = [
        "totals: accepted 1, connected 1",
        "to_server: 5 bytes received, 5 sent",
        "to_client: 5 bytes received, 5 sent; hits: latency 1",
    ];
    assert_eq!(rest, totals);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

#[test]
fn one_that_was_stopped_keeps_the_pauses_between_slices_when_it_goes_on() {
    const PAUSE: Duration = Duration::from_millis(20);
    let slices = ["--to-client", "slice:size=1,pause=20ms"];
    let gate = Program::gate(echo_server(), &slices);
    let mut stream = gate.connect();
    stream.write_all(&[b'x'; 20]).expect("it takes data");
    stream.read_exact(&mut [0]).expect("the first piece");

    gate.signal(Signal::STOP);
    // Time in which all the pieces would have left.
    thread::sleep(PAUSE * 30);
    stream.set_nonblocking(true).expect("a socket");
    let came = stream.read(&mut [0; 20]).unwrap_or(0);
    stream.set_nonblocking(false).expect("a socket");
    let going_on = Instant::now();
    gate.signal(Signal::CONT);
    let rest = 20 - 1 - came;
    stream.read_exact(&mut vec![0; rest]).expect("the rest");
    // The first one is due, and one pause is made up for.
    let pauses = u32::try_from(rest - 2).expect("a few");
    assert!(going_on.elapsed() >= PAUSE * pauses, "{rest} in {:?}", going_on.elapsed());
}

#[test]
fn sigterm_ends_it_at_once_whatever_the_traffic_does() {
    let faults = ["--to-server", "stall", "--to-client", "latency:delay=1h"];
    let mut gate = Program::gate(echo_server(), &faults);
    let mut stream = gate.connect();
    stream.write_all(b"hello").expect("it takes data");
    gate.line_with("#1 stall to_server hit");
    gate.signal(Signal::TERM);
    let (rest, code, _) = gate.end();
    assert_eq!((rest.len(), code), (3, Some(0)), "{rest:?}");
}

#[test]
fn for_machines_every_line_is_an_object() {
    let mut gate =
        Program::gate(echo_server(), &["--json", "--seed", "7", "--to-server", "close_on_data"]);
    let mut stream = gate.connect();
    stream.write_all(b"hello").expect("it takes data");
    let mut end = Vec::new();
    stream.read_to_end(&mut end).expect("an end of stream");
    let closed: Value = serde_json::from_str(&gate.line_with("closed")).expect("JSON");
    let by = ["connection", "by", "direction", "fault", "how"].map(|field| closed[field].clone());
    let expected: [Value; 5] =
        [1.into(), "fault".into(), "to_server".into(), "close_on_data".into(), "fin".into()];
    assert_eq!(by, expected, "{closed}");

    gate.signal(Signal::INT);
    let (rest, code, _) = gate.end();
    let totals: Value = serde_json::from_str(rest.last().expect("totals")).expect("JSON");
    assert_eq!(code, Some(0));
    assert_eq!(totals["event"], "totals");
    assert_eq!(totals["to_server"]["received"], 5);
    assert_eq!(totals["hits"][0]["count"], 1);
}

#[test]
fn it_goes_on_without_a_reader_and_says_so_once() {
    let mut gate = Program::gate(echo_server(), &[]);
    let mut stderr = gate.stderr();
    gate.close_stdout();
    let mut said = String::new();
    // An event is what it notices the missing reader by.
    thread::scope(|scope| {
        let reading = scope.spawn(|| stderr.read_line(&mut said).expect("UTF-8"));
        while !reading.is_finished() {
            exchange(&mut gate.connect(), b"hello");
        }
    });
    assert_eq!(
        said,
        "warning: cannot write: Broken pipe (os error 32); the gate goes on without\n"
    );
    exchange(&mut gate.connect(), b"hello");
    gate.signal(Signal::INT);
    let mut more = String::new();
    stderr.read_to_string(&mut more).expect("UTF-8");
    assert_eq!((gate.wait(), more.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn it_goes_on_if_the_disk_is_full() {
    let listen = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let listen = listen.expect("a free port").to_string();
    let upstream = echo_server().to_string();
    let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    let mut child = chaosgate(&["gate", "--listen", &listen, "--upstream", &upstream])
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    stderr.read_line(&mut said).expect("UTF-8");
    assert!(said.starts_with("warning: cannot write: No space left"), "{said}");
    exchange(&mut TcpStream::connect(&listen).expect("it listens"), b"hello");
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    let mut more = String::new();
    stderr.read_to_string(&mut more).expect("UTF-8");
    assert_eq!((child.wait().expect("its end").code(), more.as_str()), (Some(0), ""));
}

#[test]
fn a_reader_that_does_not_read_holds_up_neither_the_traffic_nor_the_end() {
    let mut child = chaosgate(&["gate", "--upstream", &echo_server().to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdout = BufReader::with_capacity(1, child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    stdout.read_line(&mut first).expect("a line");
    let address = address_in(&first);
    // Each of these is three lines or more, so the pipe's 64 KiB are full long before the last.
    for _ in 0..1_000 {
        let mut stream = TcpStream::connect(address).expect("it listens");
        assert_eq!(exchange(&mut stream, b"hello"), b"hello");
    }
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    assert_eq!(child.wait().expect("its end").code(), Some(0));
    // It was open until now, and full.
    drop(stdout);
}

#[test]
fn new_clients_are_taken_as_it_was_told() {
    let mut gate = Program::gate(echo_server(), &["--accepting", "reset"]);
    let mut stream = gate.connect();
    let error = stream.read(&mut [0]).expect_err("a reset");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    gate.line_with("#1 closed by the way of accepting (reset)");
}

#[cfg(target_os = "linux")]
#[test]
fn connects_time_out_if_it_was_told_so() {
    let gate = Program::gate(echo_server(), &["--accepting", "timeout"]);
    let limit = Duration::from_millis(300);
    let error = TcpStream::connect_timeout(&gate.address, limit).expect_err("no connection");
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
}

#[test]
fn a_server_that_is_not_there_ends_the_connection_as_it_was_told() {
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|gone| gone.local_addr());
    let nobody = nobody.expect("an address");
    let mut gate = Program::gate(nobody, &["--on-dial-failure", "fin"]);
    let mut stream = gate.connect();
    assert_eq!(stream.read(&mut [0]).expect("an end of stream"), 0);
    gate.line_with("#1 dial failed: ");
}
