//! `timeout`

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::support::{Link, gone, read, silent};

#[tokio::test]
async fn data_is_lost_and_the_other_direction_works() {
    let link = Link::with("timeout", "upstream", json!({ "timeout": 0 })).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"lost").await.expect("it reads");
    silent(&server).await;
    server.write_all(b"answer").await.expect("it reads");
    assert_eq!(read(&mut client, 6).await, b"answer");
}

#[tokio::test]
async fn the_connection_is_closed_after_the_time() {
    let link = Link::with("timeout", "upstream", json!({ "timeout": 100 })).await;
    let start = Instant::now();
    let (mut client, mut server) = link.pair().await;
    gone(&mut client).await;
    gone(&mut server).await;
    assert!(start.elapsed() >= Duration::from_millis(100));
}

/// The model begins anew with each chunk, though it is documented as a fixed time.
#[tokio::test]
async fn data_does_not_prolong_the_time() {
    let link = Link::with("timeout", "upstream", json!({ "timeout": 100 })).await;
    let (client, mut server) = link.pair().await;
    let (mut reader, mut writer) = client.into_split();
    let sending = tokio::spawn(async move { while writer.write_all(b"more").await.is_ok() {} });
    gone(&mut server).await;
    drop(server);
    let _ = tokio::io::copy(&mut reader, &mut tokio::io::sink()).await;
    crate::support::soon(sending).await.expect("it fails to send in the end");
}

#[tokio::test]
async fn the_close_of_a_peer_is_passed_on() {
    let link = Link::with("timeout", "upstream", json!({ "timeout": 0 })).await;
    let (mut client, mut server) = link.pair().await;
    client.shutdown().await.expect("it is open");
    gone(&mut server).await;
}

#[tokio::test]
async fn its_removal_closes_the_connection() {
    let link = Link::with("timeout", "downstream", json!({ "timeout": 0 })).await;
    let (mut client, mut server) = link.pair().await;
    server.write_all(b"lost").await.expect("it reads");
    link.api.remove("timeout_downstream").await;
    gone(&mut client).await;
    gone(&mut server).await;
}

#[tokio::test]
async fn its_update_does_not_and_begins_a_new_time() {
    let link = Link::with("timeout", "upstream", json!({ "timeout": 0 })).await;
    let (mut client, mut server) = link.pair().await;
    link.api.update("timeout_upstream", json!({ "timeout": 3_600_000 })).await;
    server.write_all(b"answer").await.expect("it reads");
    assert_eq!(read(&mut client, 6).await, b"answer");
    let start = Instant::now();
    link.api.update("timeout_upstream", json!({ "timeout": 100 })).await;
    gone(&mut client).await;
    assert!(start.elapsed() >= Duration::from_millis(100));
}
