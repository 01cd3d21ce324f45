//! A proxy without toxics, or with one that does nothing, is a wire.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Link, echo, gone, read, read_all, reset};

#[tokio::test]
async fn data_goes_both_ways() {
    let link = Link::with("noop", "upstream", json!({})).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"question").await.expect("it reads");
    assert_eq!(read(&mut server, 8).await, b"question");
    server.write_all(b"answer").await.expect("it reads");
    assert_eq!(read(&mut client, 6).await, b"answer");
}

/// The model closes both ways.
#[tokio::test]
async fn a_half_close_stays_a_half_close() {
    let link = Link::new().await;
    let (mut client, mut server) = link.pair().await;
    client.shutdown().await.expect("it is open");
    gone(&mut server).await;
    server.write_all(b"answer").await.expect("it reads");
    drop(server);
    assert_eq!(read_all(&mut client).await, (b"answer".to_vec(), None));
}

/// The model makes an orderly close of it.
#[tokio::test]
async fn a_reset_stays_a_reset() {
    let link = Link::new().await;
    let (client, mut server) = link.pair().await;
    client.set_zero_linger().expect("a linger time");
    drop(client);
    reset(&mut server).await;
}

#[tokio::test]
async fn a_megabyte_comes_back_whole_through_toxics_that_change_meanwhile() {
    let api = crate::support::Api::start().await;
    let proxy = api.proxy(echo().await).await;
    let sent: Vec<u8> = (0..1_u32 << 18).flat_map(u32::to_le_bytes).collect();
    let (mut reader, mut writer) =
        TcpStream::connect(proxy).await.expect("it listens").into_split();
    let writing = tokio::spawn({
        let sent = sent.clone();
        async move {
            for chunk in sent.chunks(10_000) {
                writer.write_all(chunk).await.expect("it reads");
                tokio::task::yield_now().await;
            }
            writer.shutdown().await.expect("it is open");
        }
    });
    let reading = tokio::spawn(async move {
        let mut got = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut reader, &mut got).await.expect("the end");
        got
    });
    for round in 0..30 {
        let stream = if round % 2 == 0 { "upstream" } else { "downstream" };
        for (type_name, attributes, update) in [
            ("latency", json!({ "latency": 5, "jitter": 5 }), json!({ "latency": 0 })),
            ("bandwidth", json!({ "rate": 5_000 }), json!({ "rate": 50_000 })),
            ("slicer", json!({ "average_size": 500 }), json!({ "size_variation": 400 })),
        ] {
            api.toxic(type_name, stream, attributes).await;
            api.update(&format!("{type_name}_{stream}"), update).await;
            api.remove(&format!("{type_name}_{stream}")).await;
        }
    }
    crate::support::soon(writing).await.expect("all is sent");
    assert!(crate::support::soon(reading).await.expect("all is read") == sent);
}
