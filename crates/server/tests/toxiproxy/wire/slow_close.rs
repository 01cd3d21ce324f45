//! `slow_close`

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::support::{Link, gone, read, read_all, silent};

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn data_passes_at_once_and_the_end_comes_later() {
    let link = Link::with("slow_close", "upstream", json!({ "delay": 100 })).await;
    let (mut client, mut server) = link.pair().await;
    let start = Instant::now();
    client.write_all(b"data").await.expect("it reads");
    drop(client);
    assert_eq!(read_all(&mut server).await, (b"data".to_vec(), None));
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn the_other_direction_ends_at_once() {
    let link = Link::with("slow_close", "upstream", json!({ "delay": HOUR })).await;
    let (mut client, server) = link.pair().await;
    drop(server);
    gone(&mut client).await;
}

#[tokio::test]
async fn its_removal_and_its_update_end_the_wait() {
    for is_removed in [true, false] {
        let link = Link::with("slow_close", "upstream", json!({ "delay": HOUR })).await;
        let (mut client, mut server) = link.pair().await;
        client.write_all(b"data").await.expect("it reads");
        client.shutdown().await.expect("it is open");
        assert_eq!(read(&mut server, 4).await, b"data");
        silent(&server).await;
        if is_removed {
            link.api.remove("slow_close_upstream").await;
        } else {
            link.api.update("slow_close_upstream", json!({ "delay": HOUR - 1 })).await;
        }
        gone(&mut server).await;
    }
}
