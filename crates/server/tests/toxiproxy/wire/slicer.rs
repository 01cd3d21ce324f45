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

#[tokio::test]
async fn sizes_that_it_cannot_slice_by_are_refused_and_change_nothing() {
    let attributes = json!({ "average_size": 10 });
    let link = Link::with("slicer", "upstream", attributes).await;
    let average = "bad request body: average_size must be greater than 0";
    let variation = "bad request body: size_variation must be at least 0 and at most average_size";
    for (attributes, says) in [
        (json!({}), average),
        (json!({ "average_size": -1 }), average),
        (json!({ "average_size": 0, "size_variation": 9 }), average),
        (json!({ "average_size": 9, "size_variation": -1 }), variation),
        (json!({ "average_size": 9, "size_variation": 10 }), variation),
    ] {
        let toxic = json!({ "type": "slicer", "attributes": attributes });
        link.api.post("/proxies/p/toxics", toxic).await.expect_error(400, says);
    }
    for (attributes, says) in
        [(json!({ "average_size": 0 }), average), (json!({ "size_variation": 11 }), variation)]
    {
        let update = json!({ "attributes": attributes });
        link.api.post("/proxies/p/toxics/slicer_upstream", update).await.expect_error(400, says);
    }
    let shown = link.api.get("/proxies/p/toxics").await.json();
    assert_eq!(shown.as_array().map(Vec::len), Some(1));
    let unchanged = json!({ "average_size": 10, "size_variation": 0, "delay": 0 });
    assert_eq!(shown[0]["attributes"], unchanged);
    // After all else: the stream, the type, and whether there is one already.
    let again = json!({ "type": "slicer", "stream": "upstream" });
    link.api.post("/proxies/p/toxics", again).await.expect_error(409, "toxic already exists");
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
