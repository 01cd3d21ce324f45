//! Many connections with random faults and random peers. What follows from the bytes alone is compared
//! with virtual time; of all others it is said that they end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use chaosgate::How;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::counted::Counted;
use crate::peer::Peer;
use crate::plan::{any_list, one_of, written};
use crate::support::{Rig, SOON, soon};

/// Connections that are under way at the same time, each at a gate of its own.
const AT_ONCE: usize = 32;

/// Has so many connections come and go.
async fn come_and_go(connections: u64) {
    let next = Arc::new(AtomicU64::new(0));
    let mut gates = JoinSet::new();
    for _ in 0..AT_ONCE {
        let next = next.clone();
        gates.spawn(async move {
            let rig = Rig::new().await;
            loop {
                let number = next.fetch_add(1, Relaxed);
                match number {
                    _ if number >= connections => return,
                    _ if number.is_multiple_of(2) => Counted::run(&rig, number).await,
                    _ => end_somehow(&rig, number).await,
                }
            }
        });
    }
    while let Some(gate) = gates.join_next().await {
        gate.unwrap();
    }
}

/// A connection with any faults, whose peers send and end as they like: it ends once they have, and
/// the gate is healed.
async fn end_somehow(rig: &Rig, number: u64) {
    let mut dice = StdRng::seed_from_u64(number);
    let [to_server, to_client, later] = [(); 3].map(|()| any_list(&mut dice));
    let what = [&to_server, &to_client, &later].map(|list| written(list));
    let what = format!("connection {number}: {what:?}");
    rig.gate.to_server().set(to_server).unwrap();
    rig.gate.to_client().set(to_client).unwrap();
    let client = TcpStream::connect(rig.gate.address()).await;
    let (server, _) = soon(rig.server.accept()).await.unwrap();
    let act = async |mut peer: Peer, mut dice: StdRng| {
        for _ in 0..dice.random_range(0..5) {
            peer.send(&vec![1; dice.random_range(1..2_000)]).await;
            for _ in 0..dice.random_range(0..5) {
                tokio::task::yield_now().await;
            }
        }
        peer.end(one_of(&mut dice, [How::Fin, How::Fin, How::Reset])).await;
        peer
    };
    // A fault may have reset it before it was done.
    let client = client.map_or_else(|_| Peer::gone(), Peer::new);
    let server = Peer::new(server);
    let [one, other] = [(); 2].map(|()| StdRng::seed_from_u64(dice.random()));
    let change = async {
        for _ in 0..dice.random_range(0..5) {
            tokio::task::yield_now().await;
        }
        let faults = one_of(&mut dice, [rig.gate.to_server(), rig.gate.to_client()]);
        faults.set(later).unwrap();
    };
    let (client, server, ()) = tokio::join!(act(client, one), act(server, other), change);
    rig.gate.heal().unwrap();
    rig.gate.wait_for_no_connections(SOON).await.expect(&what);
    drop((client, server));
    let closed = tokio::time::timeout(SOON, rig.gate.wait_closed()).await;
    assert!(closed.is_ok(), "a task is left of {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_500_connections_with_any_faults_none_hangs_and_each_shows_what_virtual_time_says() {
    come_and_go(500).await;
}

#[tokio::test]
#[ignore = "full: 5,000 connections"]
async fn of_5_000_connections_on_one_thread_none_hangs_and_each_shows_what_virtual_time_says() {
    come_and_go(5_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "full: 50,000 connections"]
async fn of_50_000_connections_with_any_faults_none_hangs_and_each_shows_what_virtual_time_says() {
    come_and_go(50_000).await;
}
