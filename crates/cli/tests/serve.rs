//! `chaosgate serve`, as a user runs it.
#![cfg(unix)]

mod support;

use std::net::TcpListener;

use rustix::process::Signal;
use support::{Program, connect, echo_server, exchange, run, text};

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
        let says = format!("listen address \"{address}\" is wrong: it");
        assert!(text(&output.stderr).contains(&says), "{}", text(&output.stderr));
    }
}
