//! What clients of the interface can make it hold.
#![cfg(target_os = "linux")]

mod support;

use std::io::Write;

use support::{Program, memory};

const CLIENTS: usize = 60;
const SENT: usize = 15 << 20;

/// A body of each client up to the limit, and what the process has anyway.
const MOST: u64 = 128 << 20;

#[test]
fn bodies_that_do_not_end_take_little_memory_and_no_time_of_others() {
    let server = Program::serve(&[]);
    let mut clients: Vec<_> = (0..CLIENTS).map(|_| server.connect()).collect();
    let body = vec![b' '; SENT];
    for client in &mut clients {
        let length = SENT + 1;
        write!(
            client,
            "POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
        )
        .and_then(|()| client.write_all(&body))
        .expect("it reads");
        assert_eq!(server.call("GET", "/version", "").0, 200);
    }
    let memory = memory(&server);
    assert!(memory < MOST, "{memory} bytes");
}
