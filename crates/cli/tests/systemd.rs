//! The unit of docs/daemon.md: systemd takes it, and what it starts is a daemon.
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use chaosgate_testkit::skip_or_panic;
use rustix::process::Signal;
use support::{Program, chaosgate, text};

/// Where it has the program.
const PROGRAM: &str = "/usr/local/bin/chaosgate";

/// The unit.
fn unit() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/daemon.md")).expect("the page");
    let block = page.split("```ini\n").nth(1).and_then(|rest| rest.split("```").next());
    block.expect("a unit").to_owned()
}

#[test]
fn systemd_has_nothing_to_say_against_the_unit() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("chaosgate.service");
    fs::write(&file, unit().replace(PROGRAM, env!("CARGO_BIN_EXE_chaosgate"))).expect("a file");
    let Ok(output) =
        Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&file).output()
    else {
        return skip_or_panic("the unit of systemd", "systemd-analyze is not installed");
    };
    assert_eq!((text(&output.stderr), output.status.code()), ("", Some(0)));
}

#[test]
fn the_command_of_the_unit_serves_until_it_is_told_to_end() {
    let unit = unit();
    let command = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("a command");
    let (program, arguments) = command.split_once(' ').expect("arguments");
    assert_eq!(program, PROGRAM);
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("gates.toml");
    fs::write(&file, "[gates.web]\nupstream = '127.0.0.1:80'\n").expect("a file");
    let arguments = arguments.replace("/etc/chaosgate/gates.toml", file.to_str().expect("UTF-8"));
    let mut command = chaosgate(&arguments.split(' ').collect::<Vec<_>>());
    command.args(["--api", "127.0.0.1:0"]);
    let server = Program::start(command, "listening on");
    assert_eq!(server.call("GET", "/proxies/web", "").0, 200);
    server.signal(Signal::TERM);
    assert_eq!(server.end().1, Some(0));
}
