//! A list of faults that is replaced while a connection reads: from that moment on, whatever comes meets the
//! new ones.

use std::collections::VecDeque;
use std::sync::Arc;

use chaosgate_faults::{How, Latency, Pass, Stall};
use shuttle::thread;

use super::{TO_SERVER, client, fails, gate, holds, lanes, set};
use crate::sync::{Mutex, yield_now};

/// A byte, as the number of the last list that had been set when it was sent; none for the end.
type Socket = Mutex<VecDeque<Option<u64>>>;

/// Somebody sets faults and then sends, while a connection reads as a pump does.
fn a_read_meets_what_was_set_before_it_was_sent(looks_after_it: bool) {
    let gate = gate();
    let shared = gate.shared().clone();
    let client = client(&shared);
    let socket = Arc::new(Socket::default());

    let reader = thread::spawn({
        let (shared, socket) = (shared.clone(), socket.clone());
        move || {
            let mut lanes = lanes(&shared, &client);
            loop {
                let Some(look) = lanes.look_before_read(TO_SERVER) else {
                    lanes.look(TO_SERVER);
                    continue;
                };
                let read = socket.lock().pop_front();
                drop(look);
                match read {
                    None => yield_now(),
                    Some(None) => return,
                    Some(Some(set_before)) => {
                        if looks_after_it {
                            assert!(lanes.look_after_read(TO_SERVER), "it is not over");
                        }
                        assert!(lanes.seen(TO_SERVER) >= set_before, "it meets faults of before");
                    }
                }
            }
        }
    });
    for delay in [1, 2] {
        let number = set(&shared, Latency::new(std::time::Duration::from_secs(delay)));
        socket.lock().push_back(Some(number));
    }
    set(&shared, Pass {});
    socket.lock().push_back(None);
    reader.join().expect("the reader's assertions");
}

#[test]
fn what_is_sent_when_a_change_has_returned_meets_it() {
    holds(|| a_read_meets_what_was_set_before_it_was_sent(true));
}

#[test]
fn a_list_that_is_loaded_before_the_read_only_is_found_out() {
    fails(|| a_read_meets_what_was_set_before_it_was_sent(false));
}

/// A connection reads, as a pump does, while somebody sets a fault that holds all back, sends, ends the
/// connection and takes the fault away.
fn what_is_held_back_when_the_connection_ends_does_not_pass(heeds_the_end: bool) {
    let gate = gate();
    let shared = gate.shared().clone();
    let client = client(&shared);
    let socket = Arc::new(Socket::default());
    let reader = thread::spawn({
        let (shared, socket, client) = (shared.clone(), socket.clone(), client.clone());
        move || {
            let mut lanes = lanes(&shared, &client);
            while !client.is_ending() {
                let Some(look) = lanes.look_before_read(TO_SERVER) else {
                    lanes.look(TO_SERVER);
                    continue;
                };
                let is_read = lanes.duplex.passes(TO_SERVER) && socket.lock().pop_front().is_some();
                drop(look);
                if is_read && (lanes.look_after_read(TO_SERVER) || !heeds_the_end) {
                    assert!(!lanes.duplex.passes(TO_SERVER), "what is held back passes");
                }
                yield_now();
            }
        }
    });
    set(&shared, Stall {});
    socket.lock().push_back(None);
    assert_eq!(gate.close_connections(How::Reset), 1);
    set(&shared, Pass {});
    reader.join().expect("the reader's assertions");
}

#[test]
fn what_is_held_back_does_not_pass_when_the_fault_goes_behind_the_connection() {
    holds(|| what_is_held_back_when_the_connection_ends_does_not_pass(true));
}

#[test]
fn what_is_taken_though_it_is_over_is_found_out() {
    fails(|| what_is_held_back_when_the_connection_ends_does_not_pass(false));
}
