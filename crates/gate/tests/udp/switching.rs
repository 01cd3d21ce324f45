//! From the moment a change has returned, no datagram that comes later meets what was before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use chaosgate::{Accepting, Custom, Fault, Outbox, Segment, Stall};

use crate::rig::{Rig, SOON, receive};

/// A fault that knows its version, and looks at what it is given.
struct Checking {
    version: u64,
    found: Arc<Found>,
}

#[derive(Default)]
struct Found {
    checked: AtomicU64,
    /// Datagrams that were sent when later faults were in force already.
    violations: AtomicU64,
}

impl Fault for Checking {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if let Segment::Data(bytes) = &segment
            && let Some(sent) = bytes.first_chunk().copied().map(u64::from_le_bytes)
        {
            self.found.checked.fetch_add(1, SeqCst);
            self.found.violations.fetch_add(u64::from(sent > self.version), SeqCst);
        }
        out.push(segment, now);
    }
}

/// Senders leave the gate the time to receive: what waits in a socket is older than the faults that
/// it meets, whatever these are.
const PACE: Duration = Duration::from_micros(50);

/// Both directions at once: clients and the server write the version that is in force.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_datagram_meets_the_faults_of_before_in_30_000_switches_under_load() {
    const SWITCHES: u64 = 30_000;
    let rig = Rig::new().await;
    let (found, is_over) = (Arc::new(Found::default()), Arc::new(AtomicBool::new(false)));
    let version = Arc::new(AtomicU64::new(0));
    let mut senders = Vec::new();
    let mut at_server = Vec::new();
    for pair in [rig.pair().await, rig.pair().await] {
        at_server.push(pair.at_server);
        let client = pair.client.into_std().unwrap();
        let (version, is_over) = (version.clone(), is_over.clone());
        senders.push(thread::spawn(move || {
            while !is_over.load(SeqCst) {
                let _ = client.send(&version.load(SeqCst).to_le_bytes());
                thread::sleep(PACE);
            }
        }));
    }
    let server = rig.server.into_std().unwrap();
    senders.push(thread::spawn({
        let (version, is_over) = (version.clone(), is_over.clone());
        move || {
            while !is_over.load(SeqCst) {
                for client in &at_server {
                    let _ = server.send_to(&version.load(SeqCst).to_le_bytes(), client);
                }
                thread::sleep(PACE);
            }
        }
    }));
    let gate = rig.gate;
    let switching = tokio::task::spawn_blocking({
        let (found, found_by_now) = (found.clone(), found.clone());
        move || {
            for next in 1..=SWITCHES {
                let found = found.clone();
                let checking =
                    Custom::new("check", move |_| Checking { version: next, found: found.clone() });
                gate.both().set([checking]).unwrap();
                version.store(next, SeqCst);
                let start = Instant::now();
                while found_by_now.checked.load(SeqCst) <= next {
                    assert!(start.elapsed() < crate::rig::SOON, "nothing comes");
                    thread::yield_now();
                }
            }
            is_over.store(true, SeqCst);
            gate
        }
    });
    let gate = switching.await.unwrap();
    for sender in senders {
        tokio::task::spawn_blocking(move || sender.join().unwrap()).await.unwrap();
    }
    let (checked, violations) = (found.checked.load(SeqCst), found.violations.load(SeqCst));
    assert!(checked > SWITCHES, "only {checked} datagrams met {SWITCHES} versions");
    assert_eq!(violations, 0, "of {checked} datagrams in {SWITCHES} switches");
    drop(gate);
}

/// What is sent after `Hold` has returned is not seen by the server before `Accept` was set.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_datagram_slips_through_once_it_holds() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let server = rig.server.into_std().unwrap();
    server.set_nonblocking(true).unwrap();
    let client = pair.client.into_std().unwrap();
    for round in 0..2_000_u32 {
        // One that keeps the receiver busy in the moment of the change.
        client.send(b"before").unwrap();
        rig.gate.set_accepting(Accepting::Hold).unwrap();
        client.send(&round.to_le_bytes()).unwrap();
        let mut buffer = [0; 16];
        for _ in 0..5 {
            while let Ok(length) = server.recv(&mut buffer) {
                assert_eq!(&buffer[..length], b"before", "round {round}");
            }
            tokio::task::yield_now().await;
        }
        rig.gate.set_accepting(Accepting::Accept).unwrap();
        let start = Instant::now();
        loop {
            assert!(start.elapsed() < crate::rig::SOON, "round {round}: it comes");
            match server.recv(&mut buffer) {
                Ok(length) if buffer[..length] == round.to_le_bytes() => break,
                _ => tokio::task::yield_now().await,
            }
        }
    }
}

#[tokio::test]
async fn what_was_stalled_comes_when_the_stall_goes_though_other_faults_are_set_at_once() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let stall = rig.gate.to_server().add(Stall {}).unwrap();
    pair.client.send(b"stalled").await.unwrap();
    stall.wait_for_hits(1, SOON).await.unwrap();
    // No task has its turn between these.
    stall.remove();
    rig.gate.to_server().set([chaosgate::Drop {}]).unwrap();
    assert_eq!(receive(&rig.server).await, b"stalled");
}

#[tokio::test]
async fn what_waits_before_a_rate_that_is_used_up_comes_when_that_goes_though_other_faults_are_set_at_once()
 {
    const DATAGRAMS: usize = 30;
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let rate = "bandwidth:rate=1kB/s,burst=1B".parse::<chaosgate::EntrySpec>().unwrap();
    let rate = rig.gate.to_server().add(rate).unwrap();
    for number in 0..DATAGRAMS {
        pair.client.send(&[u8::try_from(number).unwrap(); 100]).await.unwrap();
    }
    let all_are_in =
        || rig.gate.connections().iter().any(|info| info.to_server.received >= 100 * 30);
    while !all_are_in() {
        tokio::task::yield_now().await;
    }
    rate.remove();
    rig.gate.to_server().set([chaosgate::Drop {}]).unwrap();
    for number in 0..DATAGRAMS {
        assert_eq!(receive(&rig.server).await, [u8::try_from(number).unwrap(); 100]);
    }
}
