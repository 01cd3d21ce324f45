//! Many proxies and many calls for a minute, under traffic: no error, and memory stays as it is.
#![cfg(target_os = "linux")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::{Program, connect, echo_server, exchange, memory};

const PROXIES: usize = 500;
const CALLERS: usize = 4;
/// Of all callers together.
const CALLS_PER_SECOND: u32 = 2_000;
const MEASURED: Duration = Duration::from_mins(1);
/// How many events a gate remembers: until it does, its memory grows.
const REMEMBERED: usize = 1_000;

/// A connection to the interface that is kept.
struct Caller(BufReader<TcpStream>);

impl Caller {
    fn new(interface: SocketAddr) -> Self {
        let stream = connect(interface);
        stream.set_nodelay(true).expect("a socket");
        Caller(BufReader::new(stream))
    }

    /// Makes a call that has to succeed, and gives the body of its answer.
    fn call(&mut self, method: &str, path: &str, body: &str) -> String {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.0.get_mut().write_all(request.as_bytes()).expect("it reads");
        let (mut status, mut length) = (String::new(), 0);
        self.0.read_line(&mut status).expect("an answer");
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("a head");
            match line.trim_end().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().expect("a length"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("a body");
        let body = String::from_utf8(body).expect("UTF-8");
        assert!(status.starts_with("HTTP/1.1 20"), "{method} {path}: {status}{body}");
        body
    }

    /// Four calls, three of which change the proxy of this number.
    fn round(&mut self, number: usize, mut before_each: impl FnMut()) {
        let toxics = format!("/proxies/{number}/toxics");
        let toxic = r#"{"type":"latency","attributes":{"latency":1}}"#;
        let path = format!("{toxics}/latency_downstream");
        for (method, path, body) in [
            ("POST", &toxics, toxic),
            ("PATCH", &path, r#"{"attributes":{"jitter":1}}"#),
            ("GET", &path, ""),
            ("DELETE", &path, ""),
        ] {
            before_each();
            self.call(method, path, body);
        }
    }
}

/// Calls without a pause, until each gate remembers as many events as it may.
fn fill_memories(interface: SocketAddr) {
    thread::scope(|scope| {
        for first in 0..CALLERS {
            scope.spawn(move || {
                let mut caller = Caller::new(interface);
                for number in (first..PROXIES).step_by(CALLERS) {
                    for _ in 0..REMEMBERED.div_ceil(3) {
                        caller.round(number, || {});
                    }
                }
            });
        }
    });
}

/// Calls at an even rate; gives the number of calls, and the longest time that one took.
fn call_at_a_rate(interface: SocketAddr) -> (u64, Duration) {
    let calls = AtomicU64::new(0);
    let begin = Instant::now();
    let slowest = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|first| {
                let calls = &calls;
                scope.spawn(move || call_until(interface, first, begin + MEASURED, calls))
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().expect("no error")).max()
    });
    (calls.into_inner(), slowest.expect("callers"))
}

fn call_until(interface: SocketAddr, first: usize, end: Instant, calls: &AtomicU64) -> Duration {
    let pause = Duration::from_secs(1) * u32::try_from(CALLERS).expect("few") / CALLS_PER_SECOND;
    let (mut caller, mut due) = (Caller::new(interface), Instant::now());
    let (mut begun, mut slowest) = (None::<Instant>, Duration::ZERO);
    for number in (first..PROXIES).step_by(CALLERS).cycle() {
        if Instant::now() >= end {
            break;
        }
        caller.round(number, || {
            slowest = slowest.max(begun.take().map_or(Duration::ZERO, |begun| begun.elapsed()));
            // The rate is what is tested, so here it is time that is waited for.
            thread::sleep(due.saturating_duration_since(Instant::now()));
            due += pause;
            begun = Some(Instant::now());
            calls.fetch_add(1, Ordering::Relaxed);
        });
    }
    slowest
}

/// Exchanges data through each of the proxies in turn, until it is told to end.
fn traffic(proxies: &[SocketAddr], is_over: &AtomicBool, exchanges: &AtomicU64) {
    let message: Vec<u8> = (0..=255).cycle().take(4_000).collect();
    for proxy in proxies.iter().cycle() {
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        let mut stream = connect(*proxy);
        for _ in 0..10 {
            assert_eq!(exchange(&mut stream, &message), message);
            exchanges.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
#[ignore = "full: it calls for a minute"]
fn two_thousand_calls_a_second_under_traffic_fail_never_and_take_no_memory() {
    let (server, upstream) = (Program::serve(&["--log", "error"]), echo_server());
    let mut caller = Caller::new(server.address);
    let proxies: Vec<_> = (0..PROXIES)
        .map(|number| {
            let wanted =
                format!(r#"{{"name":"{number}","listen":"127.0.0.1:0","upstream":"{upstream}"}}"#);
            support::address_in(&caller.call("POST", "/proxies", &wanted))
        })
        .collect();
    let (is_over, exchanges) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for part in proxies.chunks(PROXIES / 2) {
            let (is_over, exchanges) = (&is_over, &exchanges);
            scope.spawn(move || traffic(part, is_over, exchanges));
        }
        fill_memories(server.address);
        let before = memory(&server);
        let (calls, slowest) = call_at_a_rate(server.address);
        let after = memory(&server);
        is_over.store(true, Ordering::Relaxed);

        println!(
            "{calls} calls, the slowest took {slowest:?}, beside {} exchanges; memory {before} -> {after}",
            exchanges.load(Ordering::Relaxed)
        );
        let wanted = u64::from(CALLS_PER_SECOND) * MEASURED.as_secs();
        assert!(calls * 10 >= wanted * 9, "only {calls} calls");
        assert!(exchanges.load(Ordering::Relaxed) > 0);
        assert!(after < before + before / 10, "memory grew from {before} to {after}");
    });
}
