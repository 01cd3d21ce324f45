//! `packet_loss`

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::support::{Link, read, silent};

#[tokio::test]
async fn with_1_every_chunk_is_lost_and_with_0_none() {
    let link = Link::with("packet_loss", "upstream", json!({ "loss_rate": 1 })).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"lost").await.expect("it reads");
    silent(&server).await;
    link.api.update("packet_loss_upstream", json!({ "loss_rate": 0 })).await;
    client.write_all(b"comes").await.expect("it reads");
    assert_eq!(read(&mut server, 5).await, b"comes");
}
