//! A daemon in this process, and one that says what it is told.

use std::future::pending;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use chaosgate_server::native::Native;
use chaosgate_server::toxiproxy::Proxy;
use chaosgate_server::{Limits, Registry, Server, Token};

/// Only a failure takes that long.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A daemon that listens there, until the process ends. Gives its URL.
pub(crate) fn daemon(place: &str) -> String {
    start(place, None)
}

/// One that asks for a token.
pub(crate) fn with_token(token: &str) -> String {
    start("127.0.0.1:0", Token::new(token))
}

fn start(place: &str, token: Option<Token>) -> String {
    let runtime = chaosgate::engine().expect("a runtime");
    let limits = Limits::default();
    let server = runtime.block_on(Server::bind(place, limits.clone())).expect("a place");
    let url = server.places()[0].clone();
    let registry = Arc::new(Registry::<Proxy>::new(7));
    let native = Native::new(registry, limits).with_token(token);
    runtime.spawn(async move { server.run(native.router(), pending()).await });
    url
}

/// One that gives these answers, one after the other, on one connection. Gives its URL.
pub(crate) fn scripted(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut lines = BufReader::new(stream.try_clone().expect("a socket")).lines();
        for answer in answers {
            let is_end = |line: &std::io::Result<String>| line.as_ref().is_ok_and(String::is_empty);
            lines.find(is_end).expect("a head").expect("a line");
            stream.write_all(answer.as_bytes()).expect("it reads");
        }
    });
    url
}
