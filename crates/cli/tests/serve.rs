//! `chaosgate serve`, as a user runs it.
#![cfg(unix)]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::{Program, connect, echo_server, exchange, run, text};

/// A file of this content, and the directory that it goes with.
fn file(content: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("proxies.json");
    fs::write(&path, content).expect("a file");
    let path = path.to_str().expect("UTF-8").to_owned();
    (directory, path)
}

/// What is said of a configuration, and the exit code.
fn refused(configuration: &str) -> (String, Option<i32>) {
    let (_directory, path) = file(configuration);
    let output = run(&["serve", "--api", "127.0.0.1:0", "--config", &path]);
    assert_eq!(text(&output.stdout), "", "nobody is told that it is there");
    (text(&output.stderr).replace(&path, "FILE"), output.status.code())
}

#[test]
fn a_proxy_is_made_by_a_call_and_passes_traffic() {
    let server = Program::serve(&[]);
    let proxy = server.make_proxy(echo_server());
    assert_eq!(exchange(&mut connect(proxy), b"hello"), b"hello");
    server.signal(Signal::TERM);
    let (rest, code, _) = server.end();
    assert_eq!((rest, code), (vec![], Some(0)));
}

#[test]
fn a_configuration_is_brought_about_before_anybody_is_told() {
    let upstream = echo_server();
    let (_directory, path) = file(&format!(
        r#"[{{"name":"p","listen":"127.0.0.1:0","upstream":"{upstream}",
             "toxics":[{{"type":"limit_data","attributes":{{"bytes":2}}}}]}}]"#
    ));
    let server = Program::serve(&["--config", &path, "--seed", "7"]);
    let (_, shown) = server.call("GET", "/proxies/p", "");
    let mut stream = connect(support::address_in(&shown));
    stream.write_all(b"hello").expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an orderly end");
    assert_eq!(answer, b"he");
}

#[test]
fn a_bad_configuration_ends_it_with_what_is_wrong() {
    for (configuration, says) in [
        ("", "the configuration FILE is wrong: it is empty"),
        ("[{", "the configuration FILE is wrong: it ends in the middle of a value"),
        ("{}", "the configuration FILE is wrong: it is {} and not an array"),
        ("[7]", "the configuration FILE is wrong: proxy 1: it is 7 and not an object"),
        ("[{}]", "the configuration FILE is wrong: proxy 1: name is missing"),
        (
            r#"[{"name":"p","upstream":"u:1"},{"name":"q","upstream":7}]"#,
            "the configuration FILE is wrong: proxy 2: upstream is 7 and not a text",
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,"lisen":":1"}]"#,
            r#"the configuration FILE is wrong: unknown field "lisen" of proxy "p""#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,"toxics":[{"type":"down"}]}]"#,
            r#"the configuration FILE is wrong: proxy "p": toxic 1 is left out: its type is no type"#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,
                 "toxics":[{"type":"latency","attributes":{"latncy":1}}]}]"#,
            r#"wrong: proxy "p": unknown field "latncy" of latency toxic "latency_downstream""#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,
                 "toxics":[{"type":"latency","attributes":{"latency":-1}}]}]"#,
            r#"wrong: proxy "p": latency toxic "latency_downstream": latency is -1: below 0"#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false},
                {"name":"p","upstream":"u:2","enabled":false}]"#,
            r#"the configuration FILE is wrong: proxy "p" is described 2 times: proxy 2 counts"#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false}] [{"name":"q"}]"#,
            "the configuration FILE is wrong: what follows the first value is ignored: [{",
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,"protocol":"UDP"}]"#,
            r#"wrong: proxy "p": protocol: Toxiproxy's interface has streams over TCP alone; `chaosgate"#,
        ),
        (
            r#"[{"name":"p","upstream":"http://h:80","enabled":false}]"#,
            r#"wrong: proxy "p": upstream "http://h:80" cannot be reached: it must be HOST:PORT"#,
        ),
    ] {
        let (message, code) = refused(configuration);
        assert!(message.contains(says), "{message}");
        let once = message.matches(says.trim_start_matches("the configuration FILE is ")).count();
        assert_eq!((once, code), (1, Some(2)), "{message}");
    }
}

#[test]
fn a_configuration_may_cut_a_connection_from_the_beginning() {
    let (_directory, path) = file(
        r#"[{"name":"p","upstream":"u:1","enabled":false,
             "toxics":[{"type":"bandwidth","attributes":{"rate":0}}]}]"#,
    );
    let server = Program::serve(&["--config", &path]);
    server.signal(Signal::TERM);
    let (_, code, errors) = server.end();
    assert_eq!(code, Some(0));
    assert!(errors.contains(r#"WARN proxy "p": bandwidth toxic"#), "{errors}");
}

#[test]
fn a_configuration_that_is_not_there_ends_it() {
    let output = run(&["serve", "--api", "127.0.0.1:0", "--config", "/no/such/file"]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(message.contains("the configuration /no/such/file cannot be read: "), "{message}");
}

#[test]
fn a_proxy_that_cannot_listen_is_a_failure_that_names_its_port() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let at = taken.local_addr().expect("an address");
    let (message, code) = refused(&format!(r#"[{{"name":"p","listen":"{at}","upstream":"u:1"}}]"#));
    let says = format!(
        "cannot be brought about: proxy \"p\": listen tcp {at}: bind: address already in use"
    );
    assert!(message.contains(&says), "{message}");
    assert_eq!(code, Some(1));
}

#[test]
fn a_taken_port_of_the_interface_is_a_failure_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let at = taken.local_addr().expect("an address").to_string();
    let output = run(&["serve", "--api", &at]);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(message.contains(&format!("the interface cannot listen on {at}: ")), "{message}");
}

#[test]
fn an_interface_that_is_no_address_is_refused() {
    for address in ["localhost", "127.0.0.1:99999"] {
        let output = run(&["serve", "--api", address]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(&format!("cannot listen on {address}: ")));
    }
}

#[test]
fn what_is_under_way_arrives_after_it_was_told_to_end() {
    let server = Program::serve(&[]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    // A client that is yet to be connected to the server is refused with the others.
    exchange(&mut stream, b"hello");
    let latency = r#"{"type":"latency","attributes":{"latency":500}}"#;
    assert_eq!(server.call("POST", "/proxies/p/toxics", latency).0, 200);
    stream.write_all(b"hello").expect("it reads");
    server.signal(Signal::TERM);
    // It refuses from when it has begun to end.
    while TcpStream::connect(proxy).is_ok() {}
    let mut answer = [0; 5];
    stream.read_exact(&mut answer).expect("the answer was under way");
    assert_eq!(&answer, b"hello");
    drop(stream);
    let (_, code, errors) = server.end();
    assert_eq!(code, Some(0));
    assert!(errors.contains("ending"), "{errors}");
}

/// A call that is under way, and will be.
fn half_a_call(server: &Program) -> TcpStream {
    let mut call = server.connect();
    let head = "POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\
                Expect: 100-continue\r\n\r\n";
    call.write_all(head.as_bytes()).expect("it reads");
    let mut asked = [0; 12];
    call.read_exact(&mut asked).expect("it asks for the body");
    assert_eq!(&asked, b"HTTP/1.1 100");
    call
}

#[test]
fn new_clients_are_refused_at_once_whatever_a_call_is_doing() {
    let server = Program::serve(&["--drain", "1h"]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    exchange(&mut stream, b"hello");
    let _call = half_a_call(&server);
    server.signal(Signal::TERM);
    // As the test before this: were it to wait for the call, this would take 15 s.
    let told = Instant::now();
    while TcpStream::connect(proxy).is_ok() {}
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    assert_eq!(exchange(&mut stream, b"hello"), b"hello", "what stands goes on");
    server.signal(Signal::TERM);
    assert_eq!(server.end().1, Some(0));
}

#[test]
fn calls_and_connections_have_the_same_time_to_end() {
    let drain = Duration::from_millis(300);
    let server = Program::serve(&["--drain", "300ms"]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    exchange(&mut stream, b"hello");
    let _call = half_a_call(&server);
    let told = Instant::now();
    server.signal(Signal::TERM);
    let (_, code, errors) = server.end();
    assert_eq!(code, Some(0));
    assert!(errors.contains("ending: 1 connection may go on for 300ms"), "{errors}");
    assert!(errors.contains("INFO calls are waited for calls=1"), "{errors}");
    // Calls alone once had 5 s.
    let took = told.elapsed();
    assert!(took >= drain && took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn the_same_signal_again_ends_it_at_once() {
    let server = Program::serve(&["--drain", "1h"]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    exchange(&mut stream, b"hello");
    server.signal(Signal::INT);
    while TcpStream::connect(proxy).is_ok() {}
    server.signal(Signal::INT);
    assert_eq!(server.end().1, Some(0));
}

#[test]
fn connections_are_not_waited_for_longer_than_it_was_told() {
    let server = Program::serve(&["--drain", "10ms"]);
    let proxy = server.make_proxy(echo_server());
    let mut stream = connect(proxy);
    exchange(&mut stream, b"hello");
    server.signal(Signal::INT);
    assert_eq!(server.end().1, Some(0));
    // The stream was open until now.
    drop(stream);
}

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
