//! What messages cost in a framer: long ones, whose bodies are skipped, for a byte; and short ones, for a message.
//!
//! They come in segments of 64 KiB, as from a socket that has much to give.

use chaosgate_messages::Protocol;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const SEGMENT: usize = 64 * 1024;

/// A tag, a length, and so many bytes.
fn copy_data(length: u32) -> Vec<u8> {
    let zeros = vec![0; length as usize];
    [b"d", &(length + 4).to_be_bytes()[..], &zeros].concat()
}

fn with_zeros(begin: &str, length: usize, end: &str) -> Vec<u8> {
    [begin.as_bytes(), &vec![0; length], end.as_bytes()].concat()
}

/// Messages to the client, some MiB of each.
fn bodies() -> [(&'static str, Protocol, Vec<u8>); 5] {
    let mib = 1 << 20;
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunks = with_zeros("4000\r\n", 0x4000, "\r\n").repeat(64);
    let fixed = format!("HTTP/1.1 200 OK\r\nContent-Length: {mib}\r\n\r\n");
    [
        ("postgresql", Protocol::Postgresql, copy_data(1 << 20)),
        ("redis", Protocol::Redis, with_zeros(&format!("${mib}\r\n"), mib, "\r\n")),
        ("http1", Protocol::Http1, with_zeros(&fixed, mib, "")),
        ("http1-chunked", Protocol::Http1, [chunked.as_bytes(), &chunks, b"0\r\n\r\n"].concat()),
        ("lines", Protocol::Lines, with_zeros("", mib, "\n")),
    ]
}

/// Short messages, and whether they go to the server.
fn short() -> [(&'static str, Protocol, bool, Vec<u8>); 6] {
    let get =
        b"GET /index.html HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nUser-Agent: bench\r\n\r\n";
    let ok = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";
    let command = b"*2\r\n$3\r\nGET\r\n$7\r\nuser:42\r\n";
    [
        ("postgresql", Protocol::Postgresql, false, copy_data(50)),
        ("redis-command", Protocol::Redis, true, command.to_vec()),
        ("redis-reply", Protocol::Redis, false, b"$5\r\nvalue\r\n".to_vec()),
        ("http1-request", Protocol::Http1, true, get.to_vec()),
        ("http1-response", Protocol::Http1, false, ok.to_vec()),
        ("lines", Protocol::Lines, false, b"a line of text\n".to_vec()),
    ]
}

/// Gives a new framer all of it, so often.
fn run(protocol: Protocol, to_server: bool, bytes: &[u8], times: usize) -> usize {
    let (mut framer, mut other) = protocol.framers();
    if !to_server {
        std::mem::swap(&mut framer, &mut other);
    }
    let mut marks = 0;
    for segment in std::iter::repeat_n(bytes, times).flat_map(|bytes| bytes.chunks(SEGMENT)) {
        let mut rest = segment;
        while framer.feed(&mut rest).is_some() {
            marks += 1;
        }
    }
    marks
}

fn framers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("bodies");
    for (name, protocol, message) in bodies() {
        group.throughput(Throughput::Bytes(message.len() as u64 * 16));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| assert_eq!(run(protocol, false, &message, 16), 3 * 16));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("short");
    for (name, protocol, to_server, message) in short() {
        // As many requests as may wait for their responses.
        let count = if name == "http1-request" { 30 } else { 1000 };
        let bytes = message.repeat(count);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| assert_eq!(run(protocol, to_server, &bytes, 1), 3 * count));
        });
    }
    group.finish();
}

criterion_group!(benches, framers);
criterion_main!(benches);
