//! Datagrams that wait: for a fault, or for the task of their connection.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use chaosgate::{Builder, Custom, EntrySpec, Fault, Latency, Outbox, Segment, Truncate, Udp};
use tokio::net::UdpSocket;

use crate::counting::{KIB, MIB, Since, alone};
use crate::udp_rig::{Rig, soon};

const LARGE: usize = 60_000;
const CLIENTS: usize = 4;
const THREADS: usize = CLIENTS + 2;

/// What a client may have in the gate beyond the bound: a datagram in its mailbox, one that its task
/// treats, one that is being sent.
const A_FEW: usize = 3 * LARGE;

async fn rig(change: impl FnOnce(Builder<Udp>) -> Builder<Udp>) -> Rig {
    Rig::with("127.0.0.1:0", change).await
}

async fn truncated_and_held(faults: [EntrySpec; 2]) {
    const DATAGRAMS: usize = 500;
    let rig = rig(|builder| builder).await;
    let client = rig.pair().await.client;
    rig.gate.to_server().set(faults).unwrap();
    let (datagram, received) = (vec![1; LARGE], || rig.gate.totals().to_server.received);
    let since = Since::now();
    for _ in 0..DATAGRAMS {
        let before = received();
        client.send(&datagram).await.unwrap();
        soon(async {
            while received() == before {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    assert_eq!(rig.gate.totals().to_server.dropped, 0);
    let (held, charged) = (since.held(), DATAGRAMS * (1 + Segment::OVERHEAD));
    assert!(held <= 2 * charged + 64 * KIB, "{} KiB, {} charged", held / KIB, charged / KIB);
}

#[test]
fn truncated_datagrams_that_wait_take_no_more_than_twice_what_they_count_for() {
    let truncate = Truncate::new(1);
    let latency = Latency::new(Duration::from_hours(1));
    alone(1, truncated_and_held([truncate.into(), latency.into()]));
}

/// Has the tasks of its connections wait as long as it is closed.
#[derive(Clone, Default)]
struct Barrier {
    is_open: Arc<(Mutex<bool>, Condvar)>,
}

impl Barrier {
    fn pass(&self) {
        let (is_open, opened) = &*self.is_open;
        drop(opened.wait_while(is_open.lock().unwrap(), |is_open| !*is_open).unwrap());
    }

    fn open(&self) {
        *self.is_open.0.lock().unwrap() = true;
        self.is_open.1.notify_all();
    }
}

/// Opens it, also when the test fails: no thread is to wait for ever.
struct Opening(Barrier);

impl Drop for Opening {
    fn drop(&mut self) {
        self.0.open();
    }
}

/// Holds what comes, once the barrier is open.
struct Gateway(Barrier);

impl Fault for Gateway {
    fn on_segment(&mut self, segment: Segment, _: Instant, out: &mut Outbox) {
        tokio::task::block_in_place(|| self.0.pass());
        out.hold(segment);
    }
}

/// Sends large datagrams of all clients until the gate has dropped so many; others are lost before.
async fn flood(rig: &Rig, clients: &[UdpSocket], dropped: u64) {
    let datagram = vec![1; LARGE];
    soon(async {
        while rig.gate.totals().to_server.dropped < dropped {
            for client in clients {
                let _ = client.try_send(&datagram);
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
}

async fn clients(rig: &Rig) -> Vec<UdpSocket> {
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(rig.pair().await.client);
    }
    clients
}

/// What a gate holds of datagrams whose tasks are blocked, and when these go on.
async fn floods(buffer: usize, buffer_total: usize) {
    let rig = rig(|builder| builder.buffer(buffer).buffer_total(buffer_total)).await;
    let clients = clients(&rig).await;
    let barrier = Barrier::default();
    let opening = Opening(barrier.clone());
    let made = Custom::new("gateway", move |_| Gateway(barrier.clone()));
    rig.gate.to_server().add(made).unwrap();
    let since = Since::now();
    flood(&rig, &clients, 200).await;
    drop(opening);
    let dropped = rig.gate.totals().to_server.dropped;
    flood(&rig, &clients, dropped + 200).await;
    // Each thread has a buffer of its own, and one that waits is replaced by another.
    let buffers = (THREADS + CLIENTS) * 64 * KIB;
    let (most, bound) = (since.most(), buffer_total + CLIENTS * A_FEW + buffers);
    assert!(most <= bound, "{} KiB, not {} KiB", most / KIB, bound / KIB);
}

#[test]
fn a_flood_of_datagrams_whose_tasks_are_blocked_takes_no_more_than_the_memory_of_the_gate() {
    alone(THREADS, floods(64 * MIB, MIB));
}

#[test]
fn a_gate_that_may_hold_next_to_nothing_keeps_a_few_datagrams_of_each_client() {
    alone(THREADS, floods(4 * KIB, 4 * KIB));
}

/// The receiver, the tasks and the clients share a thread, and a fault holds what it is given.
#[test]
fn a_flood_of_datagrams_that_a_fault_holds_takes_no_more_than_the_memory_of_the_gate() {
    alone(1, async {
        let rig = rig(|builder| builder.buffer_total(MIB)).await;
        let clients = clients(&rig).await;
        rig.gate.to_server().add(Latency::new(Duration::from_hours(1))).unwrap();
        let since = Since::now();
        flood(&rig, &clients, 400).await;
        let (most, bound) = (since.most(), MIB + CLIENTS * A_FEW + LARGE);
        assert!(most <= bound, "{} KiB, not {} KiB", most / KIB, bound / KIB);
    });
}
