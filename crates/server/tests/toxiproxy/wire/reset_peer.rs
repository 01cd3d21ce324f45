//! `reset_peer`

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::support::{Link, read, reset};

#[tokio::test]
async fn nothing_happens_until_the_first_data_of_its_direction() {
    let link = Link::with("reset_peer", "upstream", json!({ "timeout": 0 })).await;
    let (mut client, mut server) = link.pair().await;
    server.write_all(b"greeting").await.expect("it reads");
    assert_eq!(read(&mut client, 8).await, b"greeting");
    client.write_all(b"lost").await.expect("it reads");
    reset(&mut client).await;
    reset(&mut server).await;
}

#[tokio::test]
async fn the_end_of_the_stream_is_as_good_as_data() {
    let link = Link::with("reset_peer", "upstream", json!({ "timeout": 0 })).await;
    let (mut client, mut server) = link.pair().await;
    client.shutdown().await.expect("it is open");
    reset(&mut client).await;
    reset(&mut server).await;
}

#[tokio::test]
async fn it_waits_for_its_time_with_the_data() {
    let link = Link::with("reset_peer", "downstream", json!({ "timeout": 100 })).await;
    let (mut client, mut server) = link.pair().await;
    let start = Instant::now();
    server.write_all(b"lost").await.expect("it reads");
    reset(&mut client).await;
    reset(&mut server).await;
    assert!(start.elapsed() >= Duration::from_millis(100));
}

/// The model closes these in order.
#[tokio::test]
async fn a_connection_that_was_open_before_is_reset_too() {
    let link = Link::new().await;
    let (mut client, mut server) = link.pair().await;
    link.api.toxic("reset_peer", "upstream", json!({})).await;
    client.write_all(b"lost").await.expect("it reads");
    reset(&mut client).await;
    reset(&mut server).await;
}
