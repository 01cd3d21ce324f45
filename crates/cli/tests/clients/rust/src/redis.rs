//! Redis byte by byte: what a toxic does to an answer.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// What is seen of an answer.
pub struct Seen {
    pub answer: String,
    pub took: Duration,
    pub end: Option<ErrorKind>,
}

/// The answer when all is well.
pub fn whole() -> String {
    format!("$200\r\n{}\r\n+OK\r\n", word())
}

fn word() -> String {
    "x".repeat(200)
}

/// Asks on a connection of its own.
pub fn ask(at: &str) -> Seen {
    let begin = Instant::now();
    let mut answer = String::new();
    let asked = TcpStream::connect(at).and_then(|mut connection| {
        connection.set_read_timeout(Some(Duration::from_secs(20)))?;
        connection.write_all(format!("ECHO {}\r\nQUIT\r\n", word()).as_bytes())?;
        connection.read_to_string(&mut answer)
    });
    Seen { answer, took: begin.elapsed(), end: asked.err().map(|error| error.kind()) }
}

/// That so much of the answer comes, in no less than this time, and then the end.
#[track_caller]
pub fn expect(what: &str, at: &str, length: usize, least: Duration) {
    let Seen { answer, took, end } = ask(at);
    println!("{what}: {} bytes in {took:.1?}, then {end:?}", answer.len());
    assert_eq!((answer.as_str(), end), (&whole()[..length], None), "{what}");
    assert!(took >= least, "{what} took {took:?}");
}

/// That the answer comes whole, and nothing else happens.
#[track_caller]
pub fn expect_health(at: &str) {
    expect("healthy", at, whole().len(), Duration::ZERO);
}
