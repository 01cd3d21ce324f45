//! Faults that go as soon as they have come: each connection shows what they do all the same, though
//! its task may not have looked in between.

use std::io::ErrorKind;

use chaosgate::{Blackhole, EntrySpec, How, LimitBytes, OnRemoval, Reset, Scope};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Rig, SOON, read_all, soon};

/// Connections that stand idle at the same time.
const IDLE: usize = 300;

/// How often, in the first tier and in the second.
const FEW: usize = 2;
const MANY: usize = 28;

fn closing_on_removal(on_removal: OnRemoval) -> EntrySpec {
    Blackhole { on_removal, ..Blackhole::default() }.into()
}

/// What each of the faults here shows to both peers.
fn faults() -> [(EntrySpec, How); 3] {
    [
        (closing_on_removal(OnRemoval::Fin), How::Fin),
        (closing_on_removal(OnRemoval::Reset), How::Reset),
        (Reset::default().into(), How::Reset),
    ]
}

/// That both ends of all connections read this end, and nothing before it.
async fn all_read(pairs: Vec<(TcpStream, TcpStream)>, how: How) {
    let end = (how == How::Reset).then_some(ErrorKind::ConnectionReset);
    for (number, (mut client, mut server)) in pairs.into_iter().enumerate() {
        for stream in [&mut client, &mut server] {
            assert_eq!(read_all(stream).await, (Vec::new(), end), "of connection {number}");
        }
    }
}

/// Sets a fault on idle connections and takes it away at once, again and again.
async fn come_and_go(rounds: usize) {
    for (fault, how) in faults() {
        let rig = Rig::new().await;
        for _ in 0..rounds {
            let pairs = rig.pairs(IDLE).await;
            drop(rig.gate.to_server().fault(fault.clone()).unwrap());
            rig.gate.wait_for_no_connections(SOON).await.unwrap();
            all_read(pairs, how).await;
        }
        soon(rig.gate.wait_closed()).await;
    }
}

#[tokio::test]
async fn a_fault_that_goes_at_once_closes_all_idle_connections_of_one_thread() {
    come_and_go(FEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_that_goes_at_once_closes_all_idle_connections_of_several_threads() {
    come_and_go(FEW).await;
}

#[tokio::test]
#[ignore = "full: 25,000 connections"]
async fn faults_that_come_and_go_close_all_idle_connections_of_one_thread_each_time() {
    come_and_go(MANY).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "full: 25,000 connections"]
async fn faults_that_come_and_go_close_all_idle_connections_of_several_threads_each_time() {
    come_and_go(MANY).await;
}

/// One connection takes the last byte that all had together, and the limit goes at once: the others
/// are closed by it all the same.
async fn share_and_go(rounds: usize) {
    let rig = Rig::new().await;
    for _ in 0..rounds {
        let mut pairs = rig.pairs(IDLE).await;
        let (mut client, mut server) = pairs.pop().unwrap();
        let spec = LimitBytes { scope: Scope::Gate, ..LimitBytes::new(1) };
        let limit = rig.gate.to_server().fault(spec).unwrap();
        client.write_all(b"xy").await.unwrap();
        limit.wait_for_hits(1, SOON).await.unwrap();
        drop(limit);
        rig.gate.wait_for_no_connections(SOON).await.unwrap();
        assert_eq!(read_all(&mut server).await, (b"x".to_vec(), None));
        assert_eq!(read_all(&mut client).await, (Vec::new(), None));
        all_read(pairs, How::Fin).await;
    }
    soon(rig.gate.wait_closed()).await;
}

#[tokio::test]
async fn a_shared_limit_that_goes_when_it_is_used_up_closes_all_connections_of_one_thread() {
    share_and_go(FEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shared_limit_that_goes_when_it_is_used_up_closes_all_connections_of_several_threads() {
    share_and_go(FEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "full: 8,400 connections"]
async fn shared_limits_that_go_when_they_are_used_up_close_all_connections_each_time() {
    share_and_go(MANY).await;
}
