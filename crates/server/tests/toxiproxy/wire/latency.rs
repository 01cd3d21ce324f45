//! `latency`

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::support::{Link, gone, is_silent, read, silent, soon};

const HOUR: i64 = 3_600_000;

/// How long a byte takes to the server.
async fn time_to_server(link: &Link) -> Duration {
    let (mut client, mut server) = link.pair().await;
    let start = Instant::now();
    client.write_all(b"x").await.expect("it reads");
    read(&mut server, 1).await;
    start.elapsed()
}

#[tokio::test]
async fn data_comes_so_much_later() {
    let link = Link::with("latency", "upstream", json!({ "latency": 100 })).await;
    assert!(time_to_server(&link).await >= Duration::from_millis(100));
}

#[tokio::test]
async fn jitter_varies_it_by_so_much_at_most() {
    let link = Link::with("latency", "upstream", json!({ "latency": 100, "jitter": 50 })).await;
    for _ in 0..3 {
        assert!(time_to_server(&link).await >= Duration::from_millis(50));
    }
}

#[tokio::test]
async fn two_of_them_add_up() {
    let link = Link::with("latency", "upstream", json!({ "latency": 80 })).await;
    let second = json!({ "type": "latency", "name": "b", "stream": "upstream", "attributes": { "latency": 70 } });
    link.api.post("/proxies/p/toxics", second).await.expect(200);
    assert!(time_to_server(&link).await >= Duration::from_millis(150));
}

/// Delays that added up over chunks of 32 KiB would make it 6.4 s.
#[tokio::test]
async fn a_megabyte_is_shifted_and_not_slowed() {
    let link = Link::with("latency", "upstream", json!({ "latency": 200 })).await;
    let (mut client, mut server) = link.pair().await;
    let start = Instant::now();
    let sending = tokio::spawn(async move {
        client.write_all(&vec![1; 1 << 20]).await.expect("it reads");
        client
    });
    read(&mut server, 1 << 20).await;
    let took = start.elapsed();
    assert!((Duration::from_millis(200)..Duration::from_secs(3)).contains(&took), "{took:?}");
    drop(sending.await.expect("it has sent"));
}

#[tokio::test]
async fn neither_connecting_nor_an_end_without_data_is_delayed() {
    let link = Link::with("latency", "upstream", json!({ "latency": HOUR })).await;
    let (mut client, mut server) = link.pair().await;
    client.shutdown().await.expect("it is open");
    gone(&mut server).await;
}

#[tokio::test]
async fn the_other_direction_is_not_delayed() {
    let link = Link::with("latency", "upstream", json!({ "latency": HOUR })).await;
    let (mut client, mut server) = link.pair().await;
    server.write_all(b"x").await.expect("it reads");
    read(&mut client, 1).await;
}

#[tokio::test]
async fn it_works_on_an_open_connection_and_what_it_held_goes_on_when_it_goes() {
    let link = Link::new().await;
    let (mut client, mut server) = link.pair().await;
    link.api.toxic("latency", "upstream", json!({ "latency": HOUR })).await;
    client.write_all(b"held").await.expect("it reads");
    silent(&server).await;
    link.api.remove("latency_upstream").await;
    assert_eq!(read(&mut server, 4).await, b"held");
}

#[tokio::test]
async fn what_it_held_goes_on_when_it_is_updated() {
    let link = Link::with("latency", "upstream", json!({ "latency": HOUR })).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"held").await.expect("it reads");
    soon(async {
        // The hour may begin late, so the update is repeated until something was held.
        while is_silent(&server).await {
            link.api.update("latency_upstream", json!({ "latency": HOUR })).await;
        }
    })
    .await;
    assert_eq!(read(&mut server, 4).await, b"held");
}
