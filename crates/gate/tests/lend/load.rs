//! Many connections lent at once, and switched between lending and faults under traffic.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use chaosgate::{Custom, TcpGate};

use crate::passing::{Passing, Sockets};
use crate::support::{Rig, SOON};
use crate::words::{Checking, Found, receive, send};

/// A fault that checks and two borrowers, between which it is switched in turn.
struct Parties {
    found: Arc<Found>,
    borrowers: [Passing; 2],
}

impl Parties {
    fn switch(&self, gate: &TcpGate, version: u64) {
        let fault = match version % 3 {
            0 => {
                let found = self.found.clone();
                Custom::new("check", move |_| Checking { version, found: found.clone() }).into()
            }
            1 => self.borrowers[0].fault(),
            _ => self.borrowers[1].fault(),
        };
        gate.to_server().set([fault]).expect("it is alone");
    }

    /// Waits until the one of this version has something to do.
    fn wait_for_traffic(&self, version: u64) {
        let bytes = [&self.found.bytes, &self.borrowers[0].bytes, &self.borrowers[1].bytes]
            [usize::try_from(version % 3).expect("one of three")];
        let (before, start) = (bytes.load(SeqCst), Instant::now());
        while bytes.load(SeqCst) == before {
            assert!(start.elapsed() < SOON, "version {version} gets nothing");
            thread::yield_now();
        }
    }

    /// The bytes that each has had.
    fn bytes(&self) -> [u64; 3] {
        let [first, second] = &self.borrowers;
        [&self.found.bytes, &first.bytes, &second.bytes].map(|bytes| bytes.load(SeqCst))
    }
}

async fn switches_under_traffic(connections: usize, switches: u64) {
    let rig = Rig::new().await;
    let sockets = Sockets::default();
    let borrowers = [(); 2].map(|()| Passing::start(&sockets));
    let parties = Parties { found: Arc::default(), borrowers };
    // Otherwise what comes before the first switch would be counted by nobody.
    parties.switch(&rig.gate, 0);
    let (version, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut pairs = Vec::new();
    for _ in 0..connections {
        pairs.push(rig.pair().await);
    }
    let (mut senders, mut receivers) = (Vec::new(), Vec::new());
    for (number, (client, server)) in pairs.into_iter().enumerate() {
        let [client, server] = [client, server].map(|stream| {
            let stream = stream.into_std().expect("a stream");
            stream.set_nonblocking(false).expect("a stream");
            stream
        });
        let (version, is_over) = (version.clone(), is_over.clone());
        let (arriving, arrived) = mpsc::channel();
        let arrived = Some(arrived).filter(|_| number % 2 == 0);
        senders.push(thread::spawn(move || send(client, &version, &is_over, arrived.as_ref())));
        receivers.push(thread::spawn(move || receive(server, &arriving)));
    }
    let gate = rig.gate;
    let counts = tokio::task::spawn_blocking(move || {
        for next in 1..=switches {
            parties.switch(&gate, next);
            version.store(next, SeqCst);
            // Each is often in force for next to no time, and sometimes for longer.
            if next % 256 == 0 {
                parties.wait_for_traffic(next);
            }
        }
        is_over.store(true, SeqCst);
        let sum = |threads: Vec<JoinHandle<u64>>| -> u64 {
            threads.into_iter().map(|thread| thread.join().expect("it has not failed")).sum()
        };
        let (sent, received) = (sum(senders), sum(receivers));
        drop(gate);
        let (bytes, violations) = (parties.bytes(), parties.found.violations.load(SeqCst));
        parties.borrowers.into_iter().for_each(Passing::join);
        (sent, received, bytes, violations)
    });
    let (sent, received, bytes, violations) = counts.await.expect("it has not failed");
    println!("{sent} bytes sent, of which each party had {bytes:?}");
    assert_eq!((received, violations), (sent, 0));
    assert_eq!(bytes.iter().sum::<u64>(), sent, "something has met nobody");
    assert!(sockets.lock().expect("nobody has failed").is_empty(), "each end was told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_missed_in_40_000_switches_between_lending_and_faults_under_load() {
    switches_under_traffic(4, 40_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "full: minutes of 400 threads"]
async fn nothing_is_lost_or_missed_in_100_000_switches_of_200_connections_under_load() {
    switches_under_traffic(200, 100_000).await;
}
