//! A daemon whose clients take all descriptors that they get: it is still told what to do.
#![cfg(target_os = "linux")]

mod support;

use std::net::{SocketAddr, TcpStream};
use std::process::Command;

use socket2::{Domain, Socket, Type};
use support::{Program, connect, echo_server, exchange};

/// `chaosgate serve` where it may have so many descriptors, its log with its lines.
/// What it has said before it listened comes with it.
fn serve(limits: &str) -> (Program, String) {
    let mut command = Command::new("/bin/sh");
    let script = format!("{limits}; exec \"$0\" serve --api 127.0.0.1:0 2>&1");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_chaosgate")]);
    let (mut server, mut told) = (Program::spawn(&mut command), String::new());
    loop {
        let line = server.line();
        if line.contains("listening on") {
            server.address = support::address_in(&line);
            return (server, told);
        }
        told += &line;
    }
}

/// A client that does not wait until it is let in.
fn begin_to_connect(to: SocketAddr) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_nonblocking(true).expect("it does not block");
    // It is under way.
    let _ = socket.connect(&to.into());
    socket
}

/// Calls that need descriptors of their own: for a look at a name, and to listen.
fn control(server: &Program) {
    let made = r#"{"name":"q","listen":"localhost:0","upstream":"localhost:9"}"#;
    let toxic = r#"{"type":"latency","attributes":{"latency":1}}"#;
    for (method, path, body, status) in [
        ("GET", "/proxies", "", 200),
        ("POST", "/proxies", made, 201),
        ("POST", "/proxies/p/toxics", toxic, 200),
        ("GET", "/metrics", "", 200),
        ("POST", "/reset", "", 204),
        ("DELETE", "/proxies/q", "", 204),
    ] {
        let (answered, text) = server.call(method, path, body);
        assert_eq!(answered, status, "{method} {path}: {text}");
    }
}

#[test]
fn control_works_while_clients_hold_all_descriptors_that_there_are_for_them() {
    for limit in [40, 42, 200] {
        let (mut server, _) = serve(&format!("ulimit -n {limit}"));
        let proxy = server.make_proxy(echo_server());
        let mut clients: Vec<_> = (0..limit).map(|_| begin_to_connect(proxy)).collect();
        let line = server.line_with("accept failed");
        assert!(line.contains("WARN") && line.contains("Too many open files"), "{line}");
        // With callers that keep what they have, too.
        let _kept: Vec<_> = (0..limit).map(|_| begin_to_connect(server.address)).collect();
        for _ in 0..20 {
            control(&server);
        }
        clients.clear();
        assert_eq!(exchange(&mut connect(proxy), b"hello"), b"hello");
    }
}

#[test]
fn the_limit_is_raised_as_far_as_it_may_be_and_said() {
    let (mut server, told) = serve("ulimit -Sn 40; ulimit -Hn 300");
    let says = "the limit of descriptors is raised from=40 to=300";
    // The log has a thread of its own, so this may come before or after.
    assert!(told.contains(says) || server.line().contains(says), "{told}");
    let proxy = server.make_proxy(echo_server());
    let mut clients: Vec<TcpStream> = (0..60).map(|_| connect(proxy)).collect();
    for client in &mut clients {
        assert_eq!(exchange(client, b"hello"), b"hello");
    }
}
