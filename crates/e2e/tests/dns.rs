//! A name server, those that ask it, and a gate between them.
#![cfg(unix)]

use std::time::Duration;

use chaosgate::{EntrySpec, Route, UdpGate};
use chaosgate_e2e::datagrams::{
    Deed, Dig, Hickory, Question, Resolver, conditions, each_condition,
    each_condition_without_its_cause,
};
use chaosgate_e2e::{Client, Expected, Row};
use chaosgate_testkit::{Binary, Dns, or_skip};
use chaosgate_trial::{Cause, Condition, datagrams, observe};
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
    let chosen = ["udp-hold", "udp-refuse", "udp-rebind", "udp-drop", "udp-duplicate"];
    let mut rows = conditions();
    rows.retain(|row| chosen.contains(&row.condition.slug));
    // More than a process takes to start.
    let cause = Cause::fault("latency:delay=1200ms");
    let condition = Condition { cause, ..datagrams::LATENCY.clone() };
    let expected = Expected::Late(Duration::from_millis(1200));
    rows.push(Row { condition, deed: Deed::Ask, expected });
    each_condition::<Dig>(rows, server.addr()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_condition_shows_where_nothing_fails() {
    let server = or_skip!(Dns::start());
    each_condition_without_its_cause::<Hickory>(conditions(), server.addr()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_again_is_answered_rightly_through_bursts_of_loss() {
    const PATIENCE: Duration = Duration::from_millis(400);
    let server = or_skip!(Dns::start());
    let gate = UdpGate::start_on(Route::to(server.addr())).unwrap();
    let loss: EntrySpec = "burst_loss:good_to_bad=0.5,bad_to_good=0.5".parse().unwrap();
    let loss = gate.both().add(loss).unwrap();

    let mut asking = JoinSet::new();
    for number in 0..20 {
        let client = Hickory::at(gate.address());
        asking.spawn(async move {
            while observe(PATIENCE, client.ask(Question::Host(number), PATIENCE))
                .await
                .answer
                .is_err()
            {}
        });
    }
    tokio::time::timeout(LIMIT, asking.join_all()).await.unwrap();
    assert!(loss.hits() > 0);
}
