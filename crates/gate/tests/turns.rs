//! A connection that has very much to do leaves time for the other tasks of its thread.

mod support;
#[allow(dead_code, reason = "each test binary uses a part of it")]
#[path = "udp/rig.rs"]
mod udp_rig;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use chaosgate::{CloseOnData, EntrySpec, How, Latency, LimitBytes, Slice};
use support::{Rig, read_all, soon};
use tokio::io::AsyncWriteExt;
use tokio::task::{JoinHandle, yield_now};

/// Another task on the thread.
struct Other {
    turns: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Other {
    fn new() -> Self {
        let turns = Arc::<AtomicU64>::default();
        let counting = turns.clone();
        let task = tokio::spawn(async move {
            loop {
                counting.fetch_add(1, Relaxed);
                yield_now().await;
            }
        });
        Other { turns, task }
    }

    fn turns(&self) -> u64 {
        self.turns.load(Relaxed)
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn long() -> EntrySpec {
    Latency::new(Duration::from_hours(1)).into()
}

/// Has so many pieces of one byte under way when the other direction closes the connection, and gives
/// how often another task had its turn while they were let go.
async fn turns_while_pieces_go(pieces: usize, how: How) -> u64 {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let slice = Slice::new(1).unwrap();
    rig.gate.to_client().set([EntrySpec::from(slice), long()]).unwrap();
    rig.gate.to_server().set([LimitBytes { how, ..LimitBytes::new(1) }]).unwrap();
    server.write_all(&vec![7; pieces]).await.unwrap();
    let latency = rig.gate.to_client().list().pop().unwrap();
    latency.wait_for_hits(pieces as u64, Duration::from_mins(1)).await.unwrap();
    let other = Other::new();
    client.write_all(b"xy").await.unwrap();
    let (bytes, _) = read_all(&mut client).await;
    let come = if how == How::Fin { pieces } else { 0 };
    assert_eq!(bytes.len(), come);
    drop((client, server));
    soon(rig.gate.wait_closed()).await;
    other.turns()
}

#[tokio::test]
async fn a_hundred_thousand_pieces_that_are_let_go_give_way_to_others() {
    let turns = turns_while_pieces_go(100_000, How::Fin).await;
    assert!(turns > 100, "{turns}");
}

#[tokio::test]
#[ignore = "full: 400,000 pieces"]
async fn four_hundred_thousand_pieces_that_are_let_go_give_way_to_others() {
    let turns = turns_while_pieces_go(400_000, How::Fin).await;
    assert!(turns > 400, "{turns}");
}

/// The same with datagrams, of which the system may lose what nobody reads.
async fn turns_while_datagrams_go(datagrams: u64) -> u64 {
    const BURST: u64 = 100;
    let rig = udp_rig::Rig::new().await;
    let pair = rig.pair().await;
    rig.gate.to_server().set([long()]).unwrap();
    rig.gate.to_client().set([CloseOnData::default()]).unwrap();
    let before = rig.gate.totals().to_server.segments;
    for burst in 1..=datagrams / BURST {
        for _ in 0..BURST {
            pair.client.send(b"x").await.unwrap();
        }
        soon(async {
            while rig.gate.totals().to_server.segments < before + burst * BURST {
                yield_now().await;
            }
        })
        .await;
    }
    assert_eq!(rig.gate.totals().to_server.dropped, 0);
    let other = Other::new();
    rig.server.send_to(b"close", pair.at_server).await.unwrap();
    soon(rig.gate.wait_closed()).await;
    let sent = rig.gate.totals().to_server.sent;
    assert_eq!(sent, datagrams + b"hello".len() as u64, "all have been let go");
    other.turns()
}

#[tokio::test]
async fn thirty_thousand_datagrams_that_are_let_go_give_way_to_others() {
    let turns = turns_while_datagrams_go(30_000).await;
    assert!(turns > 100, "{turns}");
}

#[tokio::test]
#[ignore = "full: 300,000 datagrams"]
async fn three_hundred_thousand_datagrams_that_are_let_go_give_way_to_others() {
    let turns = turns_while_datagrams_go(300_000).await;
    assert!(turns > 1_000, "{turns}");
}
