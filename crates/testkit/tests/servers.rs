//! Each server starts, answers on its port, and is gone after its value is dropped.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;

use chaosgate_testkit::{Binary, Dns, Nginx, Postgres, Recipe, Redis, Server, or_skip};

fn is_running(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}

fn connect_error(addr: SocketAddr) -> Option<ErrorKind> {
    TcpStream::connect(addr).err().map(|error| error.kind())
}

/// What `addr` answers to `request` until it closes the connection.
fn ask(addr: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

/// The body of an answer with status 200.
fn body(answer: &[u8]) -> &[u8] {
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(answer));
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    &answer[end + 4..]
}

fn is_gone_after_drop<R: Recipe>(server: Server<R>) {
    let (pid, addr) = (server.pid(), server.addr());
    assert!(is_running(pid));
    drop(server);
    assert!(!is_running(pid));
    assert_eq!(connect_error(addr), Some(ErrorKind::ConnectionRefused));
}

#[test]
fn redis_answers_and_is_gone_after_drop() {
    let redis = or_skip!(Redis::start());
    let answer = ask(redis.addr(), b"SET key value\r\nGET key\r\nQUIT\r\n");
    assert_eq!(answer, b"+OK\r\n$5\r\nvalue\r\n+OK\r\n");
    is_gone_after_drop(redis);
}

#[test]
fn nginx_serves_its_bodies_and_is_gone_after_drop() {
    let nginx = or_skip!(Nginx::start());
    assert_eq!(body(&ask(nginx.addr(), b"GET / HTTP/1.0\r\n\r\n")), Nginx::SMALL.as_bytes());
    assert!(body(&ask(nginx.addr(), b"GET /large HTTP/1.0\r\n\r\n")) == Nginx::large());
    is_gone_after_drop(nginx);
}

#[test]
fn nginx_ends_a_body_of_unknown_length_with_the_connection() {
    let nginx = or_skip!(Nginx::start());
    let answer = ask(nginx.addr(), b"GET /until-close HTTP/1.1\r\nHost: nginx\r\n\r\n");
    let head = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    assert!(!head.contains("content-length") && !head.contains("transfer-encoding"), "{head}");
    assert_eq!(body(&answer), Nginx::SMALL.as_bytes());
}

#[test]
fn nginx_answers_an_upload_once_it_has_all_of_it() {
    let nginx = or_skip!(Nginx::start());
    let mut stream = TcpStream::connect(nginx.addr()).unwrap();
    let upload = Nginx::large();
    let (most, last) = upload.split_at(upload.len() - 1);
    write!(stream, "POST /upload HTTP/1.0\r\nContent-Length: {}\r\n\r\n", upload.len()).unwrap();
    stream.write_all(most).unwrap();

    // That nothing comes can only be seen by waiting; a pause too short would hide an early answer,
    // not make one up.
    stream.set_read_timeout(Some(std::time::Duration::from_millis(50))).unwrap();
    let early = stream.read(&mut [0; 1]).unwrap_err();
    assert_eq!(early.kind(), ErrorKind::WouldBlock);

    stream.set_read_timeout(None).unwrap();
    stream.write_all(last).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(body(&answer), Nginx::RECEIVED.as_bytes());
}

#[test]
fn postgres_runs_a_query_and_is_gone_after_drop() {
    let postgres = or_skip!(Postgres::start());
    let answer = ask(postgres.addr(), &session("SELECT 6 * 7"));
    // A row of one column, two bytes long.
    assert!(
        answer.windows(8).any(|window| window == b"\0\x01\0\0\0\x0242"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    is_gone_after_drop(postgres);
}

#[test]
fn dns_answers_over_udp_and_is_gone_after_drop() {
    let dns = or_skip!(Dns::start());
    let dig = or_skip!(Binary::DIG.find());
    let ask = |arguments: &[&str]| {
        let (ip, port) = (format!("@{}", dns.addr().ip()), dns.addr().port().to_string());
        let mut dig = Command::new(&dig);
        // A datagram is cut at no less, and nothing is asked again over TCP.
        dig.args([&ip, "-p", &port, "+short", "+notcp", "+ignore", "+bufsize=1232"])
            .args(arguments);
        String::from_utf8(dig.output().unwrap().stdout).unwrap()
    };
    for number in [0, 7, 255] {
        assert_eq!(ask(&[&Dns::host(number)]), format!("{}\n", Dns::address(number)));
    }
    let strings = Dns::large().into_iter().map(|string| format!("\"{string}\""));
    assert_eq!(ask(&["TXT", Dns::LARGE]), strings.collect::<Vec<_>>().join(" ") + "\n");
    assert_eq!(ask(&["nobody.test"]), "");
    is_gone_after_drop(dns);
}

#[test]
fn two_servers_of_a_kind_do_not_meet() {
    let (one, other) = (or_skip!(Postgres::start()), or_skip!(Postgres::start()));
    ask(one.addr(), &session("CREATE TABLE t ()"));
    let answer = ask(other.addr(), &session("SELECT FROM t"));
    assert!(String::from_utf8_lossy(&answer).contains("relation \"t\" does not exist"));
}

#[test]
fn a_stopped_server_refuses_connections_and_can_be_stopped_again() {
    let mut redis = or_skip!(Redis::start());
    redis.stop();
    assert!(!is_running(redis.pid()));
    assert_eq!(connect_error(redis.addr()), Some(ErrorKind::ConnectionRefused));
    redis.stop();
}

#[test]
fn a_server_is_gone_after_a_panic() {
    let redis = or_skip!(Redis::start());
    let pid = redis.pid();
    let panicked = std::thread::spawn(move || {
        let _redis = redis;
        panic!("on purpose");
    });
    panicked.join().unwrap_err();
    assert!(!is_running(pid));
}

/// A whole session of the database protocol: a startup message, one query, a goodbye.
fn session(query: &str) -> Vec<u8> {
    let message = |kind: &[u8], content: &[u8]| {
        let length = u32::try_from(content.len() + 4).unwrap();
        [kind, &length.to_be_bytes(), content].concat()
    };
    let startup = format!("\0\x03\0\0user\0{}\0\0", Postgres::USER);
    [
        message(b"", startup.as_bytes()),
        message(b"Q", format!("{query}\0").as_bytes()),
        message(b"X", b""),
    ]
    .concat()
}
