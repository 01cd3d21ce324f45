//! Redis, a connection that is replaced when it fails, and a gate between them.
#![cfg(unix)]

use chaosgate::EntrySpec;
use chaosgate_e2e::{Gated, RedisConnection, every_condition, every_condition_without_its_cause};
use chaosgate_testkit::{Redis, or_skip};

#[tokio::test(flavor = "multi_thread")]
async fn every_condition_shows_and_is_recovered_from() {
    let server = or_skip!(Redis::start());
    every_condition::<RedisConnection>(server.addr()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_condition_shows_where_nothing_fails() {
    let server = or_skip!(Redis::start());
    every_condition_without_its_cause::<RedisConnection>(server.addr()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_of_1000_commands_is_right_in_pieces_of_one_to_seven_bytes() {
    let server = or_skip!(Redis::start());
    let gated = Gated::<RedisConnection>::before(server.addr()).unwrap();
    let slice: EntrySpec = "slice:size=4B,variation=3B".parse().unwrap();
    let to_server = gated.gate.to_server().add(slice.clone()).unwrap();
    let to_client = gated.gate.to_client().add(slice).unwrap();

    let mut pipeline = redis::pipe();
    let mut expected = Vec::new();
    for number in 0..500 {
        let (key, value) = (format!("key {number}"), format!("value {number}\r\n"));
        pipeline.set(&key, &value).get(&key);
        expected.extend(["OK".to_owned(), value]);
    }
    let answers = gated.client.with(async |connection| pipeline.query_async(connection).await);
    let answers: Vec<String> = answers.await.unwrap();
    assert_eq!(answers, expected);

    assert!(to_server.hits() > 0);
    assert!(to_client.hits() > 0);
    assert_eq!(gated.connections(), [1]);
}
