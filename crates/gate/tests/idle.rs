//! An idle time-out works on both directions of a connection, and heals.

mod support;

use std::time::{Duration, Instant};

use chaosgate::{At, Blackhole, ClosedBy, Idle, Of, Then, What};
use support::{Rig, SOON, read, read_all, reset, soon};
use tokio::io::AsyncWriteExt;

const TIMEOUT: Duration = Duration::from_millis(60);

fn forgetting(timeout: Duration) -> Idle {
    Idle { then: Then::Blackhole, ..Idle::new(timeout) }
}

#[tokio::test]
async fn bytes_of_either_side_keep_a_connection_and_silence_closes_it() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let start = Instant::now();
    let idle = rig.gate.to_server().add(Idle::new(Duration::from_millis(400))).unwrap();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.write_all(b"x").await.unwrap();
        read(&mut client, 1).await;
    }
    assert_eq!(read_all(&mut client).await, (vec![], None));
    assert!(start.elapsed() >= Duration::from_millis(700), "{:?}", start.elapsed());
    assert_eq!(read_all(&mut server).await, (vec![], None));
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    assert_eq!(idle.hits(), 1);
    let closed = rig.gate.events().into_iter().find_map(|event| match event.what {
        What::Closed { by, .. } => Some(by),
        _ => None,
    });
    assert!(matches!(closed, Some(ClosedBy::Fault { name, .. }) if name == "idle"));
}

/// The first data after the time comes from the side that the fault is not set on.
#[tokio::test]
async fn a_load_balancer_that_has_forgotten_the_flow_answers_the_next_data_with_a_reset() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let idle = Idle { at: At::NextData, then: Then::Reset, ..Idle::new(TIMEOUT) };
    let idle = rig.gate.to_client().add(idle).unwrap();
    tokio::time::sleep(TIMEOUT * 2).await;
    assert_eq!(rig.gate.connection_count(), 1, "silence alone does not end it");
    client.write_all(b"anybody there?").await.unwrap();
    for stream in [&mut client, &mut server] {
        let (received, error) = read_all(stream).await;
        assert_eq!((received, error), (vec![], Some(std::io::ErrorKind::ConnectionReset)));
    }
    assert_eq!(idle.hits(), 1);
}

#[tokio::test]
async fn a_forgotten_flow_carries_nothing_either_way_and_no_pair_hangs_after_healing() {
    for resets in [false, true] {
        let rig = Rig::new().await;
        let (mut client, mut server) = rig.pair().await;
        let idle = rig.gate.to_server().fault(forgetting(TIMEOUT)).unwrap();
        idle.wait_for_hits(1, SOON).await.unwrap();
        client.write_all(b"sent meanwhile").await.unwrap();
        server.write_all(b"sent meanwhile").await.unwrap();
        // The side that the fault is not set on leaves, and the other does not notice.
        if resets {
            reset(server);
        } else {
            server.shutdown().await.unwrap();
        }
        let early = tokio::time::timeout(TIMEOUT * 3, client.readable()).await;
        assert!(early.is_err(), "far more than that takes without the fault");
        assert_eq!(rig.gate.connection_count(), 1);
        drop(idle);
        let (received, error) = read_all(&mut client).await;
        assert_eq!(error.is_some(), resets);
        // What had not been read when a reset came is gone, as without a gate.
        assert!(resets || received == b"sent meanwhile", "{received:?}");
        drop(client);
        rig.gate.wait_for_no_connections(SOON).await.expect("no pair hangs");
    }
}

/// What a forgotten flow keeps on the other direction is decided by the list of the one that the
/// fault is set on: from the moment that list has changed, all comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn healing_holds_at_once_for_the_other_direction_too() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    for round in 0..2_000_u32 {
        let idle = rig.gate.to_server().fault(forgetting(Duration::ZERO)).unwrap();
        idle.wait_for_hits(1, SOON).await.unwrap();
        drop(idle);
        server.write_all(&round.to_le_bytes()).await.unwrap();
        assert_eq!(read(&mut client, 4).await, round.to_le_bytes());
    }
}

#[tokio::test]
async fn one_that_counts_this_direction_alone_leaves_the_other_without_a_fault() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let idle = Idle { of: Of::This, ..Idle::new(TIMEOUT) };
    let start = Instant::now();
    rig.gate.to_server().add(idle).unwrap();
    let (writing, closed) = tokio::join!(
        async {
            while server.write_all(b"x").await.is_ok() {
                tokio::time::sleep(TIMEOUT / 6).await;
            }
        },
        async {
            let closed = read_all(&mut client).await;
            drop(client);
            closed
        },
    );
    assert_eq!((writing, closed.1), ((), None));
    assert!(start.elapsed() >= TIMEOUT);
    soon(rig.gate.wait_for_no_connections(SOON)).await.unwrap();
}

#[tokio::test]
async fn the_lists_show_an_entry_only_where_it_was_set() {
    let rig = Rig::new().await;
    rig.gate.to_server().add(forgetting(TIMEOUT)).unwrap();
    rig.gate.to_client().add(Blackhole::default()).unwrap();
    let names = |faults: chaosgate::Faults| -> Vec<String> {
        faults.list().iter().map(|entry| entry.name().to_owned()).collect()
    };
    assert_eq!(names(rig.gate.to_server()), ["idle"]);
    assert_eq!(names(rig.gate.to_client()), ["blackhole"]);
    let set =
        rig.gate.events().into_iter().filter(|event| matches!(event.what, What::FaultsSet { .. }));
    assert_eq!(set.count(), 2, "a change of one direction is told for that one");
}
