//! Threads that are busy elsewhere while something is due: it happens in the order of its moments all
//! the same.

use std::io::ErrorKind;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chaosgate::{Latency, Lifetime, Reset, Since};
use tokio::io::AsyncWriteExt;

use crate::support::{Rig, SOON, read, read_all, soon};

/// Keeps the thread, and all tasks on it, until so much later than `start`.
fn keep_busy_until(start: Instant, millis: u64) {
    let end = start + Duration::from_millis(millis);
    sleep(end.saturating_duration_since(Instant::now()));
}

/// Lets all tasks of the thread do what there is to do.
async fn let_all_look() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_lifetime_that_was_removed_before_its_end_closes_nothing_though_nobody_looked_until_after()
 {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let start = Instant::now();
    let lifetime = rig.gate.to_server().add(Lifetime::new(Duration::from_millis(300))).unwrap();
    let_all_look().await;
    keep_busy_until(start, 100);
    rig.gate.heal().unwrap();
    keep_busy_until(start, 400);
    client.write_all(b"still here").await.unwrap();
    assert_eq!(read(&mut server, 10).await, b"still here");
    assert_eq!((lifetime.hits(), rig.gate.connection_count()), (0, 1));
}

#[tokio::test]
async fn a_lifetime_that_was_removed_after_its_end_closes_though_nobody_looked_before_that() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let start = Instant::now();
    let lifetime = rig.gate.to_server().add(Lifetime::new(Duration::from_millis(100))).unwrap();
    keep_busy_until(start, 200);
    rig.gate.heal().unwrap();
    assert_eq!(read_all(&mut client).await, (Vec::new(), None));
    assert_eq!(read_all(&mut server).await, (Vec::new(), None));
    assert_eq!(lifetime.hits(), 1);
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
}

#[tokio::test]
async fn a_reset_that_was_removed_before_its_time_resets_nothing_though_other_faults_follow() {
    for has_been_met in [false, true] {
        let rig = Rig::new().await;
        let (mut client, mut server) = rig.pair().await;
        let start = Instant::now();
        let after = Duration::from_millis(200);
        let reset = rig.gate.to_server().add(Reset { after, ..Reset::default() }).unwrap();
        if has_been_met {
            let_all_look().await;
        }
        keep_busy_until(start, 50);
        rig.gate.heal().unwrap();
        keep_busy_until(start, 300);
        rig.gate.to_server().add(Latency::new(Duration::from_millis(1))).unwrap();
        client.write_all(b"still here").await.unwrap();
        assert_eq!(read(&mut server, 10).await, b"still here");
        assert_eq!((reset.hits(), rig.gate.connection_count()), (0, 1));
    }
}

#[tokio::test]
async fn a_reset_whose_time_had_come_resets_though_the_same_was_set_and_removed_once_more() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let start = Instant::now();
    let reset = Reset { after: Duration::from_millis(50), ..Reset::default() };
    for _ in 0..2 {
        rig.gate.to_server().set([reset]).unwrap();
        keep_busy_until(start, 100);
        rig.gate.to_server().pass();
    }
    for stream in [&mut client, &mut server] {
        assert_eq!(read_all(stream).await, (Vec::new(), Some(ErrorKind::ConnectionReset)));
    }
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
}

/// The clocks of both begin with the connection, so that they end in one moment.
#[tokio::test]
async fn of_an_end_in_order_and_a_reset_in_one_moment_both_peers_see_the_reset() {
    let after = Duration::from_millis(150);
    let rig = Rig::new().await;
    rig.gate.to_server().set([Lifetime { since: Since::Connect, ..Lifetime::new(after) }]).unwrap();
    rig.gate.to_client().set([Reset { after, since: Since::Connect }]).unwrap();
    let (mut client, mut server) = rig.pair().await;
    keep_busy_until(Instant::now(), 200);
    for stream in [&mut server, &mut client] {
        assert_eq!(read_all(stream).await, (Vec::new(), Some(ErrorKind::ConnectionReset)));
    }
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    soon(rig.gate.wait_closed()).await;
}

/// The same with a byte that has come before, and is still in the gate's socket when both are due: it
/// is too late.
#[tokio::test]
async fn what_waits_unread_when_a_reset_was_due_does_not_come() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let start = Instant::now();
    let after = Duration::from_millis(50);
    rig.gate.to_server().set([Reset { after, ..Reset::default() }]).unwrap();
    keep_busy_until(start, 100);
    client.write_all(b"late").await.unwrap();
    for stream in [&mut server, &mut client] {
        assert_eq!(read_all(stream).await, (Vec::new(), Some(ErrorKind::ConnectionReset)));
    }
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
}
