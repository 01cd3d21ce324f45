//! What systemd is told by `chaosgate serve`: a socket stands in for it here.
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::os::unix::net::UnixDatagram;

use rustix::process::Signal;
use support::{LIMIT, Program, chaosgate};

/// The next message, and not that the daemon still works.
fn next(socket: &UnixDatagram) -> String {
    loop {
        let message = any(socket);
        if message != "WATCHDOG=1" {
            return message;
        }
    }
}

fn any(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 1000];
    let length = socket.recv(&mut buffer).expect("a message");
    str::from_utf8(&buffer[..length]).expect("text").trim().to_owned()
}

#[test]
fn it_is_told_when_the_daemon_is_ready_reads_again_works_and_ends() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(LIMIT)).expect("a limit");
    let config = directory.path().join("gates.toml");
    fs::write(&config, "[gates.web]\nupstream = '127.0.0.1:80'\n").expect("a file");
    let mut command = chaosgate(&["serve", "--api", "127.0.0.1:0", "--config"]);
    command.arg(&config).env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "200000");
    let daemon = Program::start(command, "listening on");
    assert_eq!(next(&socket), "READY=1");
    for _ in 0..3 {
        assert_eq!(any(&socket), "WATCHDOG=1");
    }
    // Whatever comes of it.
    for content in ["[gates.web]\nupstream = '127.0.0.1:81'\n", "7"] {
        fs::write(&config, content).expect("a file");
        daemon.signal(Signal::HUP);
        let reading = next(&socket);
        assert!(reading.starts_with("RELOADING=1\nMONOTONIC_USEC="), "{reading}");
        assert_eq!(next(&socket), "READY=1");
    }
    daemon.signal(Signal::TERM);
    assert_eq!(next(&socket), "STOPPING=1");
    assert_eq!(daemon.end().1, Some(0));
}

#[test]
fn a_daemon_that_is_not_ready_says_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_nonblocking(true).expect("a socket");
    let mut command = chaosgate(&["serve", "--api", "127.0.0.1:0", "--config", "/no/such/file"]);
    let output = command.env("NOTIFY_SOCKET", &path).output().expect("it ends");
    assert_eq!(output.status.code(), Some(2));
    assert!(socket.recv(&mut [0; 10]).is_err());
}
