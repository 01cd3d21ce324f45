//! Faults that come and go while a connection does not look.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use chaosgate::{Blackhole, Custom, Fault, OnRemoval, Outbox, Segment};
use tokio::io::AsyncWriteExt;

use crate::counting::{KIB, MIB, Since, alone};
use crate::support::{Rig, SOON, read_all, soon};

/// Keeps its thread until it is told to go on.
struct Blocking(Option<Receiver<()>>);

impl Fault for Blocking {
    fn on_segment(&mut self, segment: Segment, now: Instant, out: &mut Outbox) {
        if let Some(go_on) = self.0.take() {
            out.hit();
            go_on.recv().unwrap();
        }
        out.push(segment, now);
    }
}

/// Has a connection's thread wait while faults come and go, and gives what they take. None is like the
/// one before if `differ`. The connection shows in the end that they have been there.
async fn memory_of(switches: u64, differ: bool) -> usize {
    let rig = Rig::new().await;
    let switch = |number| {
        let millis = if differ { number } else { 0 };
        let close_after = Some(Duration::from_hours(1) + Duration::from_millis(millis));
        let spec = Blackhole { close_after, on_removal: OnRemoval::Fin, ..Blackhole::default() };
        drop(rig.gate.to_server().fault(spec).unwrap());
    };
    // So that as many events are remembered as will be afterwards.
    (0..1_000).for_each(switch);

    let (go_on, wait) = channel();
    let wait = Mutex::new(Some(wait));
    let blocking = Custom::new("blocking", move |_| Blocking(wait.lock().unwrap().take()));
    rig.gate.to_client().add(blocking).unwrap();
    let (mut client, mut server) = rig.pair().await;
    server.write_all(b"x").await.unwrap();
    soon(async {
        while rig.gate.totals().to_client.received == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let since = Since::now();
    (0..switches).for_each(switch);
    let most = since.most();
    assert_eq!(rig.gate.connection_count(), 1, "it has not looked yet");
    go_on.send(()).unwrap();
    for stream in [&mut client, &mut server] {
        assert_eq!(read_all(stream).await.1, None);
    }
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    most
}

#[test]
fn ten_thousand_switches_while_a_thread_is_blocked_take_less_than_a_mebibyte() {
    alone(3, async {
        let most = memory_of(10_000, false).await;
        assert!(most < MIB, "{} KiB", most / KIB);
    });
}

#[test]
fn a_thousand_different_switches_while_a_thread_is_blocked_take_less_than_a_mebibyte() {
    alone(3, async {
        let most = memory_of(1_000, true).await;
        assert!(most < MIB, "{} KiB", most / KIB);
    });
}

#[test]
#[ignore = "full: as many as take ten seconds"]
fn ten_thousand_different_switches_while_a_thread_is_blocked_take_less_than_a_mebibyte() {
    alone(3, async {
        let most = memory_of(10_000, true).await;
        assert!(most < MIB, "{} KiB", most / KIB);
    });
}
