//! What the framers of a connection take. Alone in its program, since it looks at the memory of all of it.

use std::mem::size_of;

use chaosgate_messages::{Framer, Protocol};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const CONNECTIONS: usize = 1000;

/// A message to the server and one to the client, of each protocol.
fn messages(protocol: Protocol) -> (&'static [u8], &'static [u8]) {
    match protocol.info().name {
        "postgresql" => (b"\0\0\0\x09\0\x03\0\0\0", b"R\0\0\0\x08\0\0\0\0"),
        "redis" => (b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n", b"*2\r\n*0\r\n$1\r\na\r\n"),
        "http1" => (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 304 Same\r\n\r\n"),
        "dns" => {
            let message = b"\0\x13\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01a\0\0\x1c\0\x01";
            (message, message)
        }
        "lines" => (b"a\n", b"b\n"),
        _ => (b"\0\0\0\x01a", b"\0\0\0\x01b"),
    }
}

fn feed(framer: &mut Framer, mut bytes: &[u8]) {
    while framer.feed(&mut bytes).is_some() {}
}

/// Gives each connection these messages, cut so.
fn talk(framers: &mut [(Framer, Framer)], protocol: Protocol, length: usize) {
    let (request, response) = messages(protocol);
    for (to_server, to_client) in framers {
        request.chunks(length).for_each(|segment| feed(to_server, segment));
        response.chunks(length).for_each(|segment| feed(to_client, segment));
    }
}

#[test]
fn the_framers_of_a_connection_take_less_than_200_bytes_between_its_messages() {
    for protocol in Protocol::ALL {
        let mut framers = Vec::with_capacity(CONNECTIONS);
        let before = MEMORY.current_usage();
        framers.extend((0..CONNECTIONS).map(|_| protocol.framers()));
        for length in [usize::MAX, 1, 3] {
            talk(&mut framers, protocol, length);
            let each =
                (MEMORY.current_usage() - before) / CONNECTIONS + size_of::<(Framer, Framer)>();
            assert!(each < 200, "{protocol}: {each} bytes, segments of {length}");
        }
        MEMORY.reset_peak_usage();
        let now = MEMORY.current_usage();
        talk(&mut framers, protocol, usize::MAX);
        // The harness has a thread of its own, which may take some meanwhile.
        let more = MEMORY.peak_usage() - now;
        assert!(more < 1000, "{protocol}: {more} bytes more for messages that are not cut");
    }
}
