//! nginx, a pool of connections that are kept alive, and a gate between them.
#![cfg(unix)]

use std::time::{Duration, Instant};

use chaosgate::{EntrySpec, Latency};
use chaosgate_e2e::{Gated, HttpPool, every_condition};
use chaosgate_testkit::{Nginx, or_skip};

#[tokio::test(flavor = "multi_thread")]
async fn every_condition_shows_and_is_recovered_from() {
    let server = or_skip!(Nginx::start());
    every_condition::<HttpPool>(server.addr()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_4_mib_at_8_mib_per_second_is_complete_and_takes_half_a_second() {
    let server = or_skip!(Nginx::start());
    let gated = Gated::<HttpPool>::before(server.addr()).unwrap();
    let limit: EntrySpec = "bandwidth:rate=8MiB/s,burst=0B".parse().unwrap();
    let limit = gated.gate.to_client().add(limit).unwrap();

    let begin = Instant::now();
    let body = gated.client.get("/large").await.unwrap();
    let took = begin.elapsed();
    assert!(body == Nginx::large());
    assert!(took >= Duration::from_millis(500), "{took:?}");
    assert!(limit.hits() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_of_8_mib_through_latency_arrives_whole_and_is_no_slower_for_its_size() {
    const DELAY: Duration = Duration::from_millis(100);
    const LEN: usize = 8 << 20;
    let server = or_skip!(Nginx::start());
    let gated = Gated::<HttpPool>::before(server.addr()).unwrap();
    let latency = gated.gate.both().add(Latency::new(DELAY)).unwrap();

    let begin = Instant::now();
    let answer = gated.client.post("/upload", vec![7; LEN]).await.unwrap();
    let took = begin.elapsed();
    assert_eq!(answer, Nginx::RECEIVED);
    // There and back. A delay that each write had to sit out in turn would take many times as long.
    assert!(took >= 2 * DELAY, "{took:?}");
    assert!(took < 30 * DELAY, "{took:?}");
    assert!(gated.gate.totals().to_server.sent > LEN as u64);
    assert!(latency.hits() > 1);
}
