//! When `chaosgate serve` reads its configuration again, and what becomes of the gates.
#![cfg(unix)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::ChildStderr;
use std::thread;

use rustix::process::Signal;
use serde_json::Value;
use support::{Program, address_in, connect, echo_server, exchange, run, text};

/// What the log says when a configuration has been brought about.
const IN_FORCE: &str = "the configuration is in force";

/// A server that sends its name to each client, and closes.
fn server(name: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // A client may be gone.
            let _ = stream.write_all(name.as_bytes());
        }
    });
    address
}

/// Who answers there.
fn who_answers(address: SocketAddr) -> String {
    let mut name = String::new();
    connect(address).read_to_string(&mut name).expect("a name");
    name
}

/// The log of a daemon.
struct Log(BufReader<ChildStderr>);

impl Log {
    /// Reads on to the line that has this text.
    fn line_with(&mut self, part: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(
                self.0.read_line(&mut line).expect("text"),
                0,
                "the log ends without {part}"
            );
            if line.contains(part) {
                return line;
            }
        }
    }
}

/// A daemon with this configuration, and its log behind the first time that it has read it.
fn serve(path: &Path, arguments: &[&str]) -> (Program, Log) {
    let path = path.to_str().expect("UTF-8");
    let mut daemon = Program::serve(&[&["--config", path], arguments].concat());
    let mut log = Log(daemon.stderr());
    log.line_with(IN_FORCE);
    (daemon, log)
}

/// Where the gates listen, by name.
fn gates(daemon: &Program) -> Vec<(String, SocketAddr)> {
    let (_, shown) = daemon.call("GET", "/proxies", "");
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let gates = shown.as_object().expect("proxies by name").iter();
    let mut gates: Vec<_> =
        gates.map(|(name, gate)| (name.clone(), address_in(&gate["listen"].to_string()))).collect();
    gates.sort();
    gates
}

/// A configuration of these gates: name, listen, upstream.
fn toml(gates: &[(&str, &str, SocketAddr)]) -> String {
    let gate = |(name, listen, upstream): &(&str, &str, SocketAddr)| {
        format!("[gates.{name}]\nlisten = '{listen}'\nupstream = '{upstream}'\n")
    };
    gates.iter().map(gate).collect()
}

const ANY: &str = "127.0.0.1:0";

#[test]
fn at_a_sighup_gates_swap_ports_go_come_and_stay_with_their_connections() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("gates.toml");
    let [left, right, echo] = [server("left"), server("right"), echo_server()];
    let stays = ("stays", ANY, echo);
    fs::write(&path, toml(&[("a", ANY, left), ("b", ANY, right), ("gone", ANY, left), stays]))
        .expect("a file");
    let (daemon, mut log) = serve(&path, &[]);
    let before = gates(&daemon);
    let [(_, at_a), (_, at_b), (_, gone), (_, at_stays)] = before[..] else { panic!("{before:?}") };
    assert_eq!([who_answers(at_a), who_answers(at_b)], ["left", "right"]);
    let mut standing = connect(at_stays);
    assert_eq!(exchange(&mut standing, b"before"), b"before");

    let [to_a, to_b] = [at_b.to_string(), at_a.to_string()];
    fs::write(&path, toml(&[("a", &to_a, left), ("b", &to_b, right), ("new", ANY, right), stays]))
        .expect("a file");
    daemon.signal(Signal::HUP);
    log.line_with(IN_FORCE);
    assert_eq!([who_answers(at_a), who_answers(at_b)], ["right", "left"]);
    assert_eq!(exchange(&mut standing, b"behind"), b"behind");
    assert!(std::net::TcpStream::connect(gone).is_err(), "its gate is gone");
    let after = gates(&daemon);
    let names: Vec<_> = after.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a", "b", "new", "stays"]);
    assert_eq!(who_answers(after[2].1), "right");
}

#[test]
fn one_with_a_mistake_changes_nothing_and_is_told_with_its_place() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("gates.toml");
    fs::write(&path, toml(&[("a", ANY, server("left"))])).expect("a file");
    let (daemon, mut log) = serve(&path, &[]);
    let before = gates(&daemon);
    fs::write(&path, "[gates.b]\nupstraem = 'localhost:1'\n").expect("a file");
    daemon.signal(Signal::HUP);
    let told = log.line_with("stays as it was");
    let place = format!("{}:2:1: gates.b.upstraem: ", path.display());
    assert!(told.contains(&place) && told.contains("upstream"), "{told}");
    log.line_with("upstraem = 'localhost:1'");
    log.line_with("^^^^^^^^");
    assert_eq!(gates(&daemon), before);

    fs::write(&path, toml(&[("b", ANY, server("right"))])).expect("a file");
    daemon.signal(Signal::HUP);
    log.line_with(IN_FORCE);
    assert_eq!(who_answers(gates(&daemon)[0].1), "right");
}

#[test]
fn one_that_cannot_be_read_changes_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("gates.toml");
    fs::write(&path, toml(&[("a", ANY, server("left"))])).expect("a file");
    let (daemon, mut log) = serve(&path, &["--watch"]);
    let before = gates(&daemon);
    fs::remove_file(&path).expect("a file");
    log.line_with("stays as it was: the configuration");
    daemon.signal(Signal::HUP);
    log.line_with("stays as it was: the configuration");
    assert_eq!(gates(&daemon), before);
}

#[test]
fn one_that_is_watched_is_brought_about_when_it_changes_and_not_before() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("gates.toml");
    let (left, right) = (server("left"), server("right"));
    fs::write(&path, toml(&[("a", ANY, left)])).expect("a file");
    let (daemon, mut log) = serve(&path, &["--watch"]);
    // Refused once, and not again as long as it is the same.
    fs::write(&path, "[gates.a]\n").expect("a file");
    log.line_with("stays as it was");
    fs::write(&path, toml(&[("b", ANY, right)])).expect("a file");
    let line = log.line_with("the configuration ");
    assert!(line.contains(IN_FORCE), "{line}");
    let gates = gates(&daemon);
    assert_eq!((gates.len(), who_answers(gates[0].1)), (1, "right".to_owned()));
}

/// As Kubernetes does it: the files are links into a directory that is a link itself, and that one changes.
#[test]
fn a_directory_that_changes_by_a_link_is_brought_about_as_a_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let [mounted, first, second] = ["mounted", "first", "second"].map(|name| {
        let path = directory.path().join(name);
        fs::create_dir(&path).expect("a directory");
        path
    });
    let (left, right) = (server("left"), server("right"));
    for (path, upstream) in [(&first, left), (&second, right)] {
        fs::write(path.join("a.toml"), toml(&[("a", ANY, upstream)])).expect("a file");
        fs::write(path.join("b.toml"), toml(&[("b", ANY, upstream)])).expect("a file");
    }
    symlink(&first, mounted.join("..data")).expect("a link");
    for name in ["a.toml", "b.toml"] {
        symlink(Path::new("..data").join(name), mounted.join(name)).expect("a link");
    }
    let (daemon, mut log) = serve(&mounted, &["--watch"]);
    let answers = |daemon: &Program| -> Vec<_> {
        gates(daemon).iter().map(|(_, at)| who_answers(*at)).collect()
    };
    assert_eq!(answers(&daemon), ["left", "left"]);
    symlink(&second, mounted.join("..data_tmp")).expect("a link");
    fs::rename(mounted.join("..data_tmp"), mounted.join("..data")).expect("a link");
    log.line_with(IN_FORCE);
    assert_eq!(answers(&daemon), ["right", "right"]);
}

#[test]
fn a_gate_that_two_files_have_is_told_at_its_second_place() {
    let directory = tempfile::tempdir().expect("a directory");
    for name in ["1.toml", "2.toml"] {
        let gates = toml(&[("a", ANY, SocketAddr::from(([127, 0, 0, 1], 1)))]);
        fs::write(directory.path().join(name), gates).expect("a file");
    }
    let path = directory.path().to_str().expect("UTF-8");
    for arguments in [&["config", "check", path][..], &["serve", "--api", ANY, "--config", path]] {
        let output = run(arguments);
        let message = text(&output.stderr);
        let says = format!(
            "{path}/2.toml:1:8: gates.a: {path}/1.toml has a gate of this name as well\n    \
             [gates.a]\n"
        );
        assert!(message.contains(&says), "{message}");
        assert_eq!(output.status.code(), Some(4));
    }
}

#[test]
fn without_a_configuration_a_sighup_is_told_and_ends_nothing() {
    let mut daemon = Program::serve(&[]);
    let mut log = Log(daemon.stderr());
    daemon.signal(Signal::HUP);
    log.line_with("there is no configuration to be read again");
    assert_eq!(daemon.call("GET", "/proxies", "").0, 200);
}

#[test]
fn what_is_to_be_watched_has_to_be_named() {
    let output = run(&["serve", "--watch"]);
    let message = text(&output.stderr);
    assert!(message.contains("--config"), "{message}");
    assert_eq!(output.status.code(), Some(2));
}
