//! A name server, those that ask it, and a gate between them.
#![cfg(unix)]

use std::time::Duration;

use chaosgate::{EntrySpec, Route, UdpGate};
use chaosgate_e2e::{
    Cause,
    datagrams::{
        Client, Condition, Dig, Expected, Hickory, Probe, Question, conditions, each_condition,
    },
    observe,
};
use chaosgate_testkit::{Binary, Dns, or_skip};
use tokio::task::JoinSet;

/// There to end a test that fails.
const LIMIT: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn every_condition_shows_to_a_resolver_which_is_answered_afterwards() {
    let server = or_skip!(Dns::start());
    each_condition::<Hickory>(conditions(), server.addr()).await;
}

/// Its patience is a second at least, so it meets a few of them.
#[tokio::test(flavor = "multi_thread")]
async fn what_matters_most_shows_to_dig_which_is_answered_afterwards() {
    let server = or_skip!(Dns::start());
    or_skip!(Binary::DIG.find());
    let chosen = ["no-accept", "refuse", "close-connections", "drop", "duplicate"];
    let mut conditions = conditions();
    conditions.retain(|condition| chosen.contains(&condition.slug));
    // More than a process takes to start.
    let cause = Cause::Fault("latency:delay=1200ms".parse().unwrap());
    let expected = Expected::Late(Duration::from_millis(1200));
    conditions.push(Condition { slug: "latency", cause, probe: Probe::Question, expected });
    each_condition::<Dig>(conditions, server.addr()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_again_is_answered_rightly_through_bursts_of_loss() {
    const PATIENCE: Duration = Duration::from_millis(400);
    let server = or_skip!(Dns::start());
    let gate = UdpGate::start_on(Route::to(server.addr().to_string())).unwrap();
    let loss: EntrySpec = "burst_loss:good_to_bad=0.5,bad_to_good=0.5".parse().unwrap();
    let loss = gate.both().add(loss).unwrap();

    let mut asking = JoinSet::new();
    for number in 0..20 {
        let client = Hickory::at(gate.address());
        asking.spawn(async move {
            while observe(PATIENCE, client.ask(Question::Host(number), PATIENCE))
                .await
                .outcome
                .is_err()
            {}
        });
    }
    tokio::time::timeout(LIMIT, asking.join_all()).await.unwrap();
    assert!(loss.hits() > 0);
}
