//! The program under the name `toxiproxy-server`.
#![cfg(unix)]

mod support;

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::Signal;
use support::{
    LISTENS, Program, chaosgate, connect, echo_server, exchange, text, toxiproxy_server,
};

fn start(arguments: &[&str]) -> Program {
    Program::start(toxiproxy_server(&[&["-port", "0"][..], arguments].concat()), LISTENS)
}

#[test]
fn it_is_the_same_program_by_another_name() {
    let directory = tempfile::tempdir().expect("a directory");
    let link = directory.path().join("toxiproxy-server");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_chaosgate"), &link).expect("a link");
    let output = Command::new(&link).arg("--version").output().expect("it starts");
    assert_eq!(text(&output.stdout), "toxiproxy-server version 2.13.0\n");
    assert_eq!(output.status.code(), Some(0));
}

/// Some launchers resolve links.
#[test]
fn the_name_may_be_that_of_a_copy_or_of_a_hard_link() {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let program = env!("CARGO_BIN_EXE_chaosgate");
    let [copy, link] = ["copy", "link"].map(|name| directory.path().join(name));
    for directory in [&copy, &link] {
        fs::create_dir(directory).expect("a directory");
    }
    let [copy, link] = [copy, link].map(|directory| directory.join("toxiproxy-server"));
    // By another process: while this one has a program open to write it, a child that another test is
    // starting has it open too, and Linux runs no such program.
    let copied = Command::new("cp").arg(program).arg(&copy).status().expect("it starts");
    assert!(copied.success());
    fs::hard_link(program, &link).expect("the same file system");
    for path in [copy, link] {
        let output = Command::new(&path).arg("-version").output().expect("it starts");
        assert!(text(&output.stdout).starts_with("toxiproxy-server version "));
    }
}

#[test]
fn help_is_given_and_an_unknown_flag_refused_with_it() {
    let output = toxiproxy_server(&["-help"]).output().expect("it starts");
    assert!(text(&output.stdout).starts_with("Usage of toxiproxy-server:\n"));
    assert_eq!(output.status.code(), Some(0));

    let output = toxiproxy_server(&["-prot", "1"]).output().expect("it starts");
    let message = text(&output.stderr);
    assert!(message.starts_with("flag provided but not defined: -prot\nUsage of "), "{message}");
    assert_eq!((text(&output.stdout), output.status.code()), ("", Some(2)));
}

#[test]
fn it_serves_what_its_configuration_says_and_logs_each_call() {
    let mut config = tempfile::NamedTempFile::new().expect("a file");
    let upstream = echo_server();
    write!(config, r#"[{{"name":"p","listen":"127.0.0.1:0","upstream":"{upstream}"}}]"#)
        .expect("a file");
    let path = config.path().to_str().expect("UTF-8");
    let mut server = start(&["--config", path, "-seed=7", "extra", "-nonsense"]);
    let (status, shown) = server.call("GET", "/proxies/p", "");
    assert_eq!(status, 200);
    let line = server.logged("/proxies/p");
    assert_eq!((&line["level"], &line["message"]), (&"debug".into(), &"request".into()));
    assert_eq!((&line["method"], &line["status"]), (&"GET".into(), &200.into()));
    assert_eq!(
        (&line["url"], &line["handler"]),
        (&"/proxies/p".into(), &"/proxies/{proxy}".into())
    );
    assert!(line["request_id"].is_string(), "{line}");
    assert!(line["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");

    let mut stream = connect(support::address_in(&shown));
    assert_eq!(exchange(&mut stream, b"hello"), b"hello");
    assert_eq!(server.logged("accepted")["gate"], "p");
    // With a connection that is open.
    server.signal(Signal::INT);
    assert_eq!(server.end().1, Some(0));
}

#[test]
fn an_argument_that_is_no_flag_is_a_command_of_ours_or_is_ignored_with_a_warning() {
    for (command, says) in [
        (["faults", "drop"], "Reads and discards data"),
        (["serve", "--help"], "Run many gates"),
        (["gate", "--help"], "Run one gate"),
        (["proxy", "--help"], "Run one gate"),
        (["demo", "--help"], "Show every condition"),
    ] {
        let output = chaosgate(&command).arg0("/toxiproxy").output().expect("it starts");
        assert!(text(&output.stdout).contains(says), "{}", text(&output.stdout));
        assert_eq!(output.status.code(), Some(0));
    }
    let mut server = Program::spawn(&mut toxiproxy_server(&["-port", "0", "extra", "-nonsense"]));
    let line = server.logged("is ignored");
    assert_eq!((&line["level"], &line["ignored"]), (&"warn".into(), &"extra -nonsense".into()));
}

#[test]
fn a_configuration_that_is_missing_or_bad_is_logged_and_does_not_end_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let config = directory.path().join("proxies.json");
    let path = config.to_str().expect("UTF-8");
    let begin = |says: &str| {
        let mut server = Program::spawn(&mut toxiproxy_server(&["-port", "0", "-config", path]));
        let line = server.logged(says);
        assert_eq!((&line["level"], &line["config"]), (&"error".into(), &path.into()));
        server.address = support::address_in(&server.line_with(LISTENS));
        server
    };
    let server = begin("Error reading config file");
    assert_eq!(server.call("GET", "/proxies", ""), (200, "{}".to_owned()));

    let (right, wrong) = (
        r#"{"name":"first","upstream":"u:1","enabled":false}"#,
        r#"{"name":"second","upstream":"u:1","listen":"nonsense"}"#,
    );
    fs::write(&config, format!("[{right},{wrong}]")).expect("a file");
    let server = begin("Failed to populate proxies from file");
    assert_eq!(server.call("GET", "/proxies/first", "").0, 200);
    assert_eq!(server.call("GET", "/proxies/second", "").0, 404);
}

#[test]
fn a_taken_port_is_logged_and_does_not_end_it() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let mut server = Program::spawn(&mut toxiproxy_server(&["-host", "127.0.0.1", "-port", &port]));
    let line = server.logged("the interface cannot listen");
    assert_eq!(
        (&line["level"], &line["address"]),
        (&"error".into(), &format!("127.0.0.1:{port}").into())
    );
    server.signal(Signal::TERM);
    assert_eq!(server.end().1, Some(0));
}

#[test]
fn the_token_of_the_environment_is_asked_for_and_its_lack_is_a_warning() {
    let anywhere = &["-host", "0.0.0.0", "-port", "0"];
    let warning = "whoever reaches this machine controls the gates";
    let mut open = Program::spawn(toxiproxy_server(anywhere).env_remove("TOXIPROXY_AUTH_TOKEN"));
    assert_eq!(open.logged(warning)["level"], "warn");

    let mut closed = toxiproxy_server(anywhere);
    closed.env("TOXIPROXY_AUTH_TOKEN", " secret\n");
    let mut closed = Program::spawn(&mut closed);
    let line = loop {
        let line = closed.line();
        assert!(!line.contains(warning) && !line.contains("secret"), "{line}");
        if line.contains(LISTENS) {
            break line;
        }
    };
    let port = support::address_in(&line).port();
    closed.address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let (status, body) = closed.call("GET", "/version", "");
    assert_eq!((status, body.contains("missing or invalid auth token")), (401, true), "{body}");
}

#[test]
fn metrics_are_shown_as_the_flags_say() {
    for (flags, shown, hidden) in [
        (&["-proxy-metrics"][..], &["toxiproxy_proxy_", "chaosgate_"][..], &["process_"][..]),
        (&["-runtime-metrics"], &["process_cpu_seconds_total "], &["toxiproxy_", "chaosgate_"]),
        (&["-proxy-metrics", "-runtime-metrics"], &["toxiproxy_proxy_", "process_"], &[]),
    ] {
        let (status, metrics) = start(flags).call("GET", "/metrics", "");
        assert_eq!(status, 200);
        assert!(shown.iter().all(|name| metrics.contains(name)), "{flags:?}: {metrics}");
        assert!(!hidden.iter().any(|name| metrics.contains(name)), "{flags:?}: {metrics}");
    }
    assert_eq!(start(&[]).call("GET", "/metrics", "").0, 404);
}

/// The model takes all of it.
#[test]
fn what_is_odd_in_a_configuration_is_no_more_than_a_warning() {
    let mut config = tempfile::NamedTempFile::new().expect("a file");
    let odd = r#"[{"name":"p","upstream":"h:99999","lisen":":1","enabled":false}] and more"#;
    write!(config, "{odd}").expect("a file");
    let mut server = toxiproxy_server(&["-port", "0", "-config"]);
    let mut server = Program::spawn(server.arg(config.path()));
    for says in ["something follows the first value", "cannot be reached", "unknown field"] {
        assert_eq!(server.logged(says)["level"], "warn", "{says}");
    }
    let line = server.logged("Populated proxies from file");
    assert_eq!((&line["level"], &line["proxies"]), (&"info".into(), &1.into()));
}
