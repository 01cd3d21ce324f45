//! What `chaosgate serve` tells its log.
#![cfg(unix)]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::{Program, connect, echo_server};

#[test]
fn what_is_accepted_and_has_no_effect_is_in_the_log() {
    let server = Program::serve(&[]);
    server.call("POST", "/proxies", r#"{"name":"p","upstream":"u:1","enabled":false,"x":1}"#);
    server.signal(Signal::TERM);
    let (_, code, errors) = server.end();
    assert_eq!(code, Some(0));
    assert!(errors.contains(r#"WARN unknown field "x" of proxy "p""#), "{errors}");
}

#[test]
fn a_call_that_is_refused_is_in_the_log_with_what_is_wrong() {
    let server = Program::serve(&[]);
    for field in ["Host: example.org", "Host: localhost\r\nOrigin: http://evil.example"] {
        let mut stream = server.connect();
        write!(stream, "GET /version HTTP/1.1\r\n{field}\r\nConnection: close\r\n\r\n")
            .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    }
    server.signal(Signal::TERM);
    let (_, _, errors) = server.end();
    for says in [
        "WARN a call is refused: host not allowed: it listens on the loopback interface",
        r#"field=host value="example.org""#,
        "WARN a call is refused: origin not allowed: a page may call the site alone",
        r#"field=origin value="http://evil.example""#,
    ] {
        assert!(errors.contains(says), "{errors}");
    }
}

/// The log of what `work` does, with these arguments.
fn logged(arguments: &[&str], work: impl FnOnce(&Program)) -> String {
    let server = Program::serve(arguments);
    work(&server);
    server.signal(Signal::TERM);
    server.end().2
}

#[test]
fn at_info_the_log_says_what_becomes_of_gates_and_faults_and_why_a_call_is_refused() {
    let log = logged(&[], |server| {
        let upstream = echo_server();
        server.make_proxy(upstream);
        for (method, path, body, status) in [
            ("POST", "/proxies/p/toxics", r#"{"type":"latency","attributes":{"latency":9}}"#, 200),
            ("DELETE", "/proxies/p/toxics/latency_downstream", "", 204),
            ("POST", "/proxies/p", r#"{"enabled":false}"#, 200),
            ("POST", "/proxies", r#"{"name":"p","upstream":"u:1"}"#, 409),
            ("POST", "/populate", r#"[{"name":"q"}]"#, 400),
            ("DELETE", "/proxies/p", "", 204),
        ] {
            assert_eq!(server.call(method, path, body).0, status, "{method} {path}");
        }
    });
    let says = [
        r#"INFO the gate is open gate="p" listen="127.0.0.1:"#,
        "INFO +",
        r#"to_client set to latency:delay=9ms,end=false,name=latency_downstream gate="p""#,
        r#"to_client passes gate="p""#,
        r#"INFO the gate is shut gate="p""#,
        r#"INFO a call is refused method=POST url=/proxies status=409 error="proxy already exists""#,
        r#"url=/populate status=400 error="missing required field: upstream at proxy 1""#,
        r#"INFO the gate is removed gate="p""#,
    ];
    let mut rest = log.as_str();
    for line in says {
        let at = rest.find(line).unwrap_or_else(|| panic!("{line} is not in: {rest}"));
        rest = &rest[at..];
    }
    assert!(!log.contains("rerouted"), "it has had one route: {log}");
}

#[test]
fn dials_that_fail_are_a_line_a_second_which_counts_them() {
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|probe| probe.local_addr());
    let begin = Instant::now();
    let log = logged(&["--log-format", "json"], |server| {
        let proxy = server.make_proxy(nobody.expect("a free port"));
        for _ in 0..50 {
            assert_eq!(connect(proxy).read(&mut [0]).expect("an orderly end"), 0);
        }
        // Until the second is over, and what was left out is told.
        while begin.elapsed() < Duration::from_secs(3) {
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let dials =
        lines.filter(|line| line["message"].as_str().is_some_and(|it| it.contains("dial failed")));
    let dials: Vec<_> = dials.collect();
    assert!((2..=4).contains(&dials.len()), "{dials:?}");
    assert_eq!(
        dials.iter().filter_map(|line| line["count"].as_u64()).sum::<u64>(),
        50,
        "{dials:?}"
    );
    assert_eq!((&dials[0]["level"], &dials[0]["gate"]), (&"warn".into(), &"p".into()));
}
