//! What `chaosgate serve` is given to begin with.
#![cfg(unix)]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;

use rustix::process::Signal;
use support::{Program, connect, echo_server, run, text};

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
            r#"the configuration FILE is wrong: proxy "p": toxic 1 cannot be: its type is no type"#,
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
            r#"the configuration FILE is wrong: proxy "p" is described 2 times, last as proxy 2"#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false}] [{"name":"q"}]"#,
            "the configuration FILE is wrong: something follows the first value: [{",
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
