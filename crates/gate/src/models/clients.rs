//! Clients that come, end and are waited for.

use std::future::poll_fn;
use std::time::Duration;

use chaosgate_faults::How;
use shuttle::{future, thread};

use super::{client, fails, gate, holds};
use crate::closed_by::ClosedBy;

/// So long that a model ends by an event.
const EVER: Duration = Duration::from_hours(1);

#[test]
fn who_is_told_to_end_hears_it_whenever_that_is() {
    holds(|| {
        let gate = gate();
        let client = client(gate.shared());
        let task = thread::spawn({
            let client = client.clone();
            move || future::block_on(poll_fn(|cx| client.poll_end(cx)))
        });
        assert_eq!(gate.close_connections(How::Reset), 1);
        assert_eq!(task.join().expect("an end"), (ClosedBy::Call, How::Reset));
    });
}

#[test]
fn who_looks_before_leaving_a_waker_is_found_out() {
    fails(|| {
        let gate = gate();
        let client = client(gate.shared());
        let task = thread::spawn({
            let client = client.clone();
            move || {
                future::block_on(poll_fn(|cx| {
                    if client.is_ending() {
                        return std::task::Poll::Ready(());
                    }
                    let _ = client.poll_end(cx);
                    std::task::Poll::Pending
                }));
            }
        });
        gate.close_connections(How::Reset);
        task.join().expect("an end");
    });
}

#[test]
fn who_waits_for_connections_sees_each_that_stands_and_the_end_of_the_last() {
    holds(|| {
        let gate = gate();
        let shared = gate.shared().clone();
        let task = thread::spawn(move || {
            let client = client(&shared);
            shared.connected(&client, ([127, 0, 0, 1], 2).into());
            let (by, how) = future::block_on(poll_fn(|cx| client.poll_end(cx)));
            shared.registry.leave(client.number, || drop((by, how)));
            shared.registry.told(client.number);
            shared.registry.task_ended();
        });
        future::block_on(gate.wait_for_connections(1, EVER)).expect("it stands");
        assert_eq!(gate.close_connections(How::Fin), 1);
        assert_eq!(gate.connection_count(), 0);
        future::block_on(gate.wait_told());
        future::block_on(gate.wait_closed());
        task.join().expect("no assertion");
        assert_eq!((gate.totals().accepted, gate.totals().connected), (1, 1));
    });
}

#[test]
fn nobody_is_let_in_behind_a_stop() {
    holds(|| {
        let gate = gate();
        let shared = gate.shared().clone();
        let task = thread::spawn(move || {
            let client = shared.registry.enter(([127, 0, 0, 1], 1).into());
            if let Some(client) = client {
                future::block_on(poll_fn(|cx| client.poll_end(cx)));
                shared.registry.leave(client.number, || ());
                shared.registry.told(client.number);
                shared.registry.task_ended();
            }
        });
        gate.stop();
        future::block_on(gate.wait_closed());
        task.join().expect("it was told to end, if it was let in");
    });
}
