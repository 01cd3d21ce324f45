//! `bandwidth`

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;

use crate::support::{Link, read, silent};

#[tokio::test]
async fn so_many_kilobytes_take_a_second() {
    let link = Link::with("bandwidth", "upstream", json!({ "rate": 10 })).await;
    let (mut client, mut server) = link.pair().await;
    let start = Instant::now();
    client.write_all(&[1; 5_000]).await.expect("it reads");
    read(&mut server, 1_000).await;
    assert!(start.elapsed() >= Duration::from_millis(99), "{:?}", start.elapsed());
    read(&mut server, 4_000).await;
    assert!(start.elapsed() >= Duration::from_millis(499), "{:?}", start.elapsed());
}

/// If they shared it, they would take 6 s.
#[tokio::test]
async fn each_connection_has_the_full_rate() {
    let link = Link::with("bandwidth", "upstream", json!({ "rate": 10 })).await;
    let mut connections = JoinSet::new();
    let start = Instant::now();
    for _ in 0..20 {
        let (mut client, mut server) = link.pair().await;
        connections.spawn(async move {
            client.write_all(&[1; 3_000]).await.expect("it reads");
            read(&mut server, 3_000).await;
        });
    }
    connections.join_all().await;
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn at_0_nothing_comes_through_until_it_is_updated() {
    let link = Link::with("bandwidth", "upstream", json!({ "rate": 0 })).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"waiting").await.expect("it reads");
    silent(&server).await;
    link.api.update("bandwidth_upstream", json!({ "rate": 1_000 })).await;
    assert_eq!(read(&mut server, 7).await, b"waiting");
}

/// It would take 100 s; in the model it can end the process.
#[tokio::test]
async fn another_rate_takes_effect_in_the_middle_of_a_large_chunk() {
    let link = Link::with("bandwidth", "upstream", json!({ "rate": 1 })).await;
    let (mut client, mut server) = link.pair().await;
    let sending = tokio::spawn(async move {
        client.write_all(&vec![1; 100_000]).await.expect("it reads");
        client
    });
    read(&mut server, 10).await;
    link.api.update("bandwidth_upstream", json!({ "rate": 100_000 })).await;
    read(&mut server, 99_990).await;
    drop(sending.await.expect("it has sent"));
}

#[tokio::test]
async fn what_waits_comes_through_when_it_is_removed() {
    let link = Link::with("bandwidth", "downstream", json!({ "rate": 1 })).await;
    let (mut client, mut server) = link.pair().await;
    server.write_all(&vec![1; 100_000]).await.expect("it reads");
    link.api.remove("bandwidth_downstream").await;
    read(&mut client, 100_000).await;
}
