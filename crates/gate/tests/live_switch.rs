//! From the moment a change has returned, no byte that reaches the gate later meets what was
//! before.

mod support;

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use chaosgate::{CloseOnData, Custom, Fault, Outbox, Reset, Segment};
use support::{Rig, SOON, read_all};
use tokio::io::AsyncWriteExt;

/// The version of the faults that is in force, as its sender knew it: eight bytes, of which only
/// the first has its high bit set, so that it is found in any cut of the stream.
fn tag(version: u64) -> [u8; 8] {
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::try_from(version >> (7 * place) & 0x7f).expect("seven bits");
    }
    bytes[0] |= 0x80;
    bytes
}

/// The whole tags in a segment.
fn tags(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let starts = bytes.windows(8).filter(|window| window[0] & 0x80 != 0);
    starts
        .map(|tag| tag.iter().rev().fold(0, |version, byte| version << 7 | u64::from(byte & 0x7f)))
}

/// A fault that knows its version, and looks at what it is given.
struct Checking {
    version: u64,
    found: Arc<Found>,
}

#[derive(Default)]
struct Found {
    checked: AtomicU64,
    /// Tags that were sent when later faults were in force already.
    violations: AtomicU64,
}

impl Fault for Checking {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if let Segment::Data(bytes) = &segment {
            for sent in tags(bytes) {
                self.found.checked.fetch_add(1, SeqCst);
                self.found.violations.fetch_add(u64::from(sent > self.version), SeqCst);
            }
        }
        out.push(segment, now);
    }
}

/// Senders write the version that is in force, without a pause, while it is switched as fast as
/// it can be: so some connection is nearly always between its look at the faults and its read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_byte_meets_the_faults_of_before_in_60_000_switches_under_load() {
    const SWITCHES: u64 = 60_000;
    let rig = Rig::new().await;
    let (found, is_over) = (Arc::new(Found::default()), Arc::new(AtomicBool::new(false)));
    let version = Arc::new(AtomicU64::new(0));
    let mut peers = Vec::new();
    for _ in 0..3 {
        let (client, server) = rig.pair().await;
        let (mut client, mut server) = (client.into_std().unwrap(), server.into_std().unwrap());
        for stream in [&client, &server] {
            stream.set_nonblocking(false).unwrap();
        }
        let (version, is_over) = (version.clone(), is_over.clone());
        peers.push(thread::spawn(move || {
            while !is_over.load(SeqCst) {
                client.write_all(&tag(version.load(SeqCst))).unwrap();
            }
        }));
        peers.push(thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while server.read(&mut buffer).unwrap() > 0 {}
        }));
    }
    let gate = rig.gate;
    let switching = tokio::task::spawn_blocking({
        let found = found.clone();
        move || {
            for next in 1..=SWITCHES {
                let found = found.clone();
                let checking =
                    Custom::new("check", move |_| Checking { version: next, found: found.clone() });
                gate.to_server().set([checking]).unwrap();
                version.store(next, SeqCst);
            }
            is_over.store(true, SeqCst);
            gate
        }
    });
    let gate = switching.await.unwrap();
    for peer in peers {
        tokio::task::spawn_blocking(move || peer.join().unwrap()).await.unwrap();
    }
    let (checked, violations) = (found.checked.load(SeqCst), found.violations.load(SeqCst));
    assert!(checked > SWITCHES, "only {checked} tags met {SWITCHES} versions");
    assert_eq!(violations, 0, "of {checked} tags in {SWITCHES} switches");
    drop(gate);
}

/// The client does not read, so what the server has sent still waits when the connection is closed.
#[tokio::test]
async fn a_direction_that_another_one_has_ended_gets_no_new_faults() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let chunk = vec![1; 1 << 20];
    while let Ok(written) =
        tokio::time::timeout(Duration::from_millis(200), server.write_all(&chunk)).await
    {
        written.unwrap();
    }
    let closing = rig.gate.to_server().add(CloseOnData::default()).unwrap();
    client.write_all(b"x").await.unwrap();
    closing.wait_for_hits(1, SOON).await.unwrap();
    let reset = rig.gate.to_client().add(Reset::default()).unwrap();
    let (received, error) = read_all(&mut client).await;
    assert!(!received.is_empty());
    assert_eq!(error, None, "it ends in order");
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    assert_eq!(reset.hits(), 0);
}
