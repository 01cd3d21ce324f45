//! What is left of moves that fail: in a process of its own, whose descriptors nobody else opens.
#![cfg(target_os = "linux")]

use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};

use chaosgate::{Accepting, ListenAt, Move, Route, TcpGate, move_together};

#[test]
fn a_move_that_fails_leaves_no_connection_of_the_gates_own_in_a_queue() {
    let gates = [0, 1].map(|_| TcpGate::start_on(Route::to("127.0.0.1:9")).expect("a gate"));
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken_at = taken.local_addr().expect("an address").to_string();
    gates[0].set_accepting(Accepting::Refuse).expect("a way of accepting");
    let connect = || TcpStream::connect(gates[0].address());
    let descriptors = || std::fs::read_dir("/proc/self/fd").expect("Linux").count();
    let before = descriptors();
    for _ in 0..20 {
        let at = ListenAt::look_up(&taken_at).expect("an address");
        let moves =
            [Move::of(&gates[0]).accepting(Accepting::Timeout), Move::of(&gates[1]).listen(at)];
        move_together(&moves).expect_err("a place that is taken");
        let refused = connect().expect_err("it refuses").kind();
        assert_eq!(refused, ErrorKind::ConnectionRefused);
    }
    // The loop that has been aborted may have had its own still.
    assert!(descriptors() <= before, "{} and {before} before", descriptors());
    gates[0].heal().expect("its own port");
    // It is let in, and dismissed since nobody listens upstream: the first, and none before it.
    let mut client = connect().expect("it is let in");
    let end = client.read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(end, Err(ErrorKind::ConnectionReset));
    assert_eq!(gates[0].totals().accepted, 1);
}
