//! A direction that is lent: nobody else reads it then, and whoever wants it back gets it.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use chaosgate_faults::{FaultList, Pass};
use shuttle::sync::mpsc;
use shuttle::{future, thread};

use super::{TO_SERVER, client, fails, gate, holds, lanes, set};
use crate::lend::{Desk, Notice, Whose, lend};
use crate::sync::atomic::{AtomicBool, Ordering::SeqCst};
use crate::sync::yield_now;

/// Somebody lends the direction while its connection reads.
fn no_read_is_going_on_when_it_is_lent(settles: bool) {
    let gate = gate();
    let shared = gate.shared().clone();
    let client = client(&shared);
    let reading = Arc::new(AtomicBool::new(false));
    let reader = thread::spawn({
        let (mut lanes, reading) = (lanes(&shared, &client), reading.clone());
        move || {
            for _ in 0..3 {
                if let Some(look) = lanes.look_before_read(TO_SERVER) {
                    reading.store(true, SeqCst);
                    yield_now();
                    reading.store(false, SeqCst);
                    drop(look);
                } else {
                    lanes.look(TO_SERVER);
                    // What is lent is not read.
                    return;
                }
            }
        }
    });
    let lent = lend("outside", |_| {});
    if settles {
        set(&shared, lent);
    } else {
        let list = FaultList::default().with(lent.into(), Instant::now()).expect("one entry").0;
        drop(shared.faults.of(TO_SERVER).replace(list, 0));
    }
    assert!(!reading.load(SeqCst), "a read is going on");
    reader.join().expect("no assertion");
}

#[test]
fn no_call_that_lends_returns_while_a_read_goes_on() {
    holds(|| no_read_is_going_on_when_it_is_lent(true));
}

#[test]
fn a_call_that_does_not_wait_for_the_reads_is_found_out() {
    fails(|| no_read_is_going_on_when_it_is_lent(false));
}

/// A loan is out, and somebody sets other faults, at whatever the borrower does with it.
fn what_is_lent_comes_back(begins: bool) {
    let gate = gate();
    let shared = gate.shared().clone();
    let client = client(&shared);
    let at_work = Arc::new(AtomicBool::new(false));
    let (sender, notices) = mpsc::channel();
    set(&shared, lend("outside", move |notice| drop(sender.send(notice))));

    let connection = thread::spawn({
        let (mut lanes, at_work) = (lanes(&shared, &client), at_work.clone());
        let server = SocketAddr::from(([127, 0, 0, 1], 2));
        let mut desk = Desk::new(&shared, &client, TO_SERVER, server);
        let entry = shared.faults.of(TO_SERVER).list().entries()[0].clone();
        move || {
            let socket = || Arc::new(std::net::UdpSocket::bind("127.0.0.1:0").expect("a port"));
            desk.lend(&entry, [socket(), socket()], false);
            // Polled when it is woken, and at no other time.
            let whose = future::block_on(poll_fn(|cx| {
                // Never over: it only leaves its waker.
                let _ = client.poll_end(cx);
                match desk.whose(&lanes) {
                    Whose::Away => Poll::Pending,
                    whose => Poll::Ready(whose),
                }
            }));
            assert!(matches!(whose, Whose::Back { .. }), "it was not closed");
            assert!(!at_work.load(SeqCst), "the borrower still works with it");
            lanes.look(TO_SERVER);
        }
    });
    let borrower = thread::spawn(move || {
        let Ok(Notice::Lent(loan)) = notices.recv() else { panic!("it is lent first") };
        // The plant: works with what it has not begun.
        if !begins || loan.begin() {
            at_work.store(true, SeqCst);
            yield_now();
            at_work.store(false, SeqCst);
        }
        loan.give_back();
    });
    set(&shared, Pass {});
    borrower.join().expect("no assertion");
    connection.join().expect("the connection's assertions");
}

#[test]
fn a_loan_is_the_borrowers_or_the_engines_and_comes_back() {
    holds(|| what_is_lent_comes_back(true));
}

#[test]
fn a_borrower_that_works_with_what_was_withdrawn_is_found_out() {
    fails(|| what_is_lent_comes_back(false));
}
