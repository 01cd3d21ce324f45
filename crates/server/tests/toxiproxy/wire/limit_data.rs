//! `limit_data`

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::support::{Link, gone, read};

#[tokio::test]
async fn exactly_so_many_bytes_pass_and_then_both_sides_are_closed() {
    let link = Link::with("limit_data", "upstream", json!({ "bytes": 5 })).await;
    let (mut client, mut server) = link.pair().await;
    server.write_all(b"the other way is not limited").await.expect("it reads");
    read(&mut client, 28).await;
    client.write_all(b"hel").await.expect("it reads");
    assert_eq!(read(&mut server, 3).await, b"hel");
    client.write_all(b"lo").await.expect("it reads");
    assert_eq!(read(&mut server, 2).await, b"lo");
    gone(&mut server).await;
    gone(&mut client).await;
}

#[tokio::test]
async fn what_is_more_is_cut_off() {
    let link = Link::with("limit_data", "downstream", json!({ "bytes": 5 })).await;
    let (mut client, mut server) = link.pair().await;
    server.write_all(b"hello, world").await.expect("it reads");
    assert_eq!(read(&mut client, 5).await, b"hello");
    gone(&mut client).await;
}

#[tokio::test]
async fn with_0_the_first_data_closes_and_an_idle_connection_stays() {
    let link = Link::with("limit_data", "upstream", json!({ "bytes": 0 })).await;
    let (mut client, mut server) = link.pair().await;
    server.write_all(b"idle").await.expect("it reads");
    assert_eq!(read(&mut client, 4).await, b"idle");
    client.write_all(b"x").await.expect("it reads");
    gone(&mut server).await;
    gone(&mut client).await;
}

#[tokio::test]
async fn each_connection_has_its_own_count() {
    let link = Link::with("limit_data", "upstream", json!({ "bytes": 2 })).await;
    for _ in 0..2 {
        let (mut client, mut server) = link.pair().await;
        client.write_all(b"abc").await.expect("it reads");
        assert_eq!(read(&mut server, 2).await, b"ab");
        gone(&mut server).await;
    }
}

#[tokio::test]
async fn an_update_keeps_the_count() {
    let link = Link::with("limit_data", "upstream", json!({ "bytes": 100 })).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"four").await.expect("it reads");
    assert_eq!(read(&mut server, 4).await, b"four");
    link.api.update("limit_data_upstream", json!({ "bytes": 6 })).await;
    client.write_all(b"more").await.expect("it reads");
    assert_eq!(read(&mut server, 2).await, b"mo");
    gone(&mut server).await;
}

#[tokio::test]
async fn a_limit_lowered_below_the_count_closes_at_the_next_data() {
    let link = Link::with("limit_data", "upstream", json!({ "bytes": 100 })).await;
    let (mut client, mut server) = link.pair().await;
    client.write_all(b"four").await.expect("it reads");
    assert_eq!(read(&mut server, 4).await, b"four");
    link.api.update("limit_data_upstream", json!({ "bytes": 3 })).await;
    server.write_all(b"open").await.expect("it reads");
    assert_eq!(read(&mut client, 4).await, b"open", "not before");
    client.write_all(b"x").await.expect("it reads");
    gone(&mut server).await;
}
