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
fn a_bad_list_of_proxies_ends_it_with_what_is_wrong_at_its_place() {
    // Each with what stands at the place that is told.
    for (configuration, at, says) in [
        ("", "", "EOF while parsing a value"),
        ("[{", "", "EOF while parsing an object"),
        ("[7]", "7", "[0]: proxy 1: it is 7 and not an object"),
        ("[{}]", "", "[0]: proxy 1: name is missing"),
        (
            r#"[{"name":"p","upstream":"u:1"},{"name":"q","upstream":7}]"#,
            "7",
            "[1].upstream: proxy 2: upstream is 7 and not a text",
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,"lisen":":1"}]"#,
            "lisen",
            r#"[0].lisen: unknown field "lisen" of proxy "p""#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,"toxics":[{"type":"down"}]}]"#,
            "",
            r#"[0].toxics[0]: proxy "p": toxic 1 cannot be: its type is no type"#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,
                 "toxics":[{"type":"latency","attributes":{"latncy":1}}]}]"#,
            "latncy",
            r#"[0].toxics[0].attributes.latncy: proxy "p": unknown field "latncy" of latency toxic"#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,"toxics":[{"type":"noop"},
                 {"type":"latency","attributes":{"latency":-1}}]}]"#,
            "-1",
            r#"[0].toxics[1].attributes.latency: proxy "p": latency toxic "latency_downstream": latency is"#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,
                 "toxics":[{"type":"latency","toxicity":7.5}]}]"#,
            "7.5",
            r#"[0].toxics[0].toxicity: proxy "p": latency toxic "latency_downstream": toxicity is 7.5"#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false},
                {"name":"p","upstream":"u:2","enabled":false}]"#,
            "p",
            r#"[1].name: proxy "p" is described 2 times, last as proxy 2"#,
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false}] [{"name":"q"}]"#,
            "",
            "trailing characters",
        ),
        (
            r#"[{"name":"p","upstream":"u:1","enabled":false,"protocol":"UDP"}]"#,
            "UDP",
            r#"[0].protocol: proxy "p": protocol: Toxiproxy's interface has streams over TCP alone;"#,
        ),
        (
            r#"[{"name":"p","Upstream":"http://h:80","enabled":false}]"#,
            "http://h:80",
            r#"[0].Upstream: proxy "p": upstream "http://h:80" cannot be reached: give h:80, not a URL"#,
        ),
    ] {
        let (message, code) = refused(configuration);
        assert!(message.contains("error: FILE:"), "{message}");
        assert_eq!((message.matches(says).count(), code), (1, Some(4)), "{message}");
        assert!(at_the_place(&message, configuration).starts_with(at), "{message}");
    }
}

/// What stands in the text at the place that a message tells, but for a quote.
fn at_the_place<'a>(message: &str, text: &'a str) -> &'a str {
    let place: Vec<_> = message.split("FILE:").nth(1).unwrap_or_default().splitn(3, ':').collect();
    let [line, column] = [0, 1].map(|at| place[at].parse::<usize>().expect("a line and a column"));
    let line = text.lines().nth(line - 1).unwrap_or_default();
    line.get(column - 1..).unwrap_or_default().trim_start_matches('"')
}

#[test]
fn a_list_of_proxies_may_be_written_in_yaml() {
    let (directory, _) = file("");
    let path = directory.path().join("proxies.yaml");
    fs::write(&path, "- name: p\n  upstream: u:1\n  enabled: false\n").expect("a file");
    let server = Program::serve(&["--config", path.to_str().expect("UTF-8")]);
    assert_eq!(server.call("GET", "/proxies/p", "").0, 200);
}

#[test]
fn gates_by_name_are_brought_about_with_their_faults_and_without_a_word_of_moving() {
    let upstream = echo_server();
    let (directory, _) = file("");
    let path = directory.path().join("gates.toml");
    let gates = format!(
        "[gates.p]\nupstream = '{upstream}'\nto_client = ['limit_bytes:bytes=2B']\n\
         [gates.names]\nupstream = '127.0.0.1:53'\nprotocol = 'udp'\n"
    );
    let gates = gates.replace("'limit_bytes:bytes=2B'", "{ type = 'limit_bytes', bytes = '2B' }");
    fs::write(&path, gates).expect("a file");
    let server = Program::serve(&["--config", path.to_str().expect("UTF-8"), "--seed", "7"]);
    let (_, shown) = server.call("GET", "/proxies/p", "");
    let mut stream = connect(support::address_in(&shown));
    stream.write_all(b"hello").expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an orderly end");
    assert_eq!(answer, b"he");
    assert_eq!(server.call("GET", "/proxies/names", "").0, 404);
    server.signal(Signal::TERM);
    let (_, code, errors) = server.end();
    assert_eq!(code, Some(0));
    for says in [r#"the gate is open gate="p""#, r#"the gate is open gate="names""#] {
        assert!(errors.contains(says), "{errors}");
    }
    assert!(!errors.contains("rerouted"), "{errors}");
}

#[test]
fn a_bad_configuration_of_gates_is_told_as_config_check_tells_it() {
    for content in ["gates: {a: {upstream: h, accepting: hodl}}", "gates: 7", "7", "gates: ["] {
        let (directory, _) = file("");
        let path = directory.path().join("gates.yaml");
        fs::write(&path, content).expect("a file");
        let path = path.to_str().expect("UTF-8");
        let output = run(&["serve", "--api", "127.0.0.1:0", "--config", path]);
        let checked = run(&["config", "check", path]);
        assert_eq!(text(&output.stderr), text(&checked.stderr), "{content}");
        assert_eq!((output.status.code(), checked.status.code()), (Some(4), Some(4)));
    }
}

#[test]
fn a_gate_that_cannot_listen_is_a_failure_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let at = taken.local_addr().expect("an address");
    let gates = format!(r#"{{"gates": {{"g": {{"listen": "{at}", "upstream": "u:1"}}}}}}"#);
    let (message, code) = refused(&gates);
    let says = format!("cannot be brought about: gate g: cannot listen on {at}: ");
    assert!(message.contains(&says), "{message}");
    assert_eq!(code, Some(1));
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
fn one_that_is_told_to_end_while_it_reads_its_configuration_ends() {
    let (directory, _) = file("");
    let pipe = directory.path().join("gates.toml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let path = pipe.to_str().expect("UTF-8");
    let mut command = support::chaosgate(&["serve", "--api", "127.0.0.1:0", "--config", path]);
    let mut program = command.spawn().expect("it starts");
    // Opened when it reads, and nothing is written.
    let _writer = fs::OpenOptions::new().write(true).open(&pipe).expect("a reader");
    let id = rustix::process::Pid::from_child(&program);
    rustix::process::kill_process(id, Signal::TERM).expect("it runs");
    assert_eq!(program.wait().expect("it ends").code(), Some(0));
}
