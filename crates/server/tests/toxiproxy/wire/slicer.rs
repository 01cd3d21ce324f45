//! `slicer`

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::support::{Link, read};

/// 100 bytes in pieces of 6 and 7: at least 15 pauses.
#[tokio::test]
async fn data_comes_whole_in_pieces_with_a_pause_after_each() {
    let attributes = json!({ "average_size": 10, "delay": 10_000 });
    let link = Link::with("slicer", "upstream", attributes).await;
    let (mut client, mut server) = link.pair().await;
    let sent: Vec<u8> = (0..100).collect();
    let start = Instant::now();
    client.write_all(&sent).await.expect("it reads");
    assert_eq!(read(&mut server, 100).await, sent);
    assert!(start.elapsed() >= Duration::from_millis(140), "{:?}", start.elapsed());
}

/// In the model this ends the process.
#[tokio::test]
async fn with_the_defaults_it_does_nothing() {
    let link = Link::with("slicer", "upstream", json!({})).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"whole").await.expect("it reads");
    assert_eq!(read(&mut server, 5).await, b"whole");
}

#[tokio::test]
async fn pieces_that_wait_come_at_once_when_it_is_removed() {
    let attributes = json!({ "average_size": 1, "delay": 3_600_000_000_i64 });
    let link = Link::with("slicer", "upstream", attributes).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"pieces").await.expect("it reads");
    assert_eq!(read(&mut server, 1).await, b"p");
    link.api.remove("slicer_upstream").await;
    assert_eq!(read(&mut server, 5).await, b"ieces");
}
