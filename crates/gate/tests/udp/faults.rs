//! The faults at work on real sockets.

use std::time::{Duration, Instant};

use chaosgate::{
    Bandwidth, Blackhole, CloseOnData, ClosedBy, Corrupt, Drop, Duplicate, EntrySpec, Idle,
    Latency, Lifetime, LimitBytes, Loss, Reorder, Scope, Stall, Then, Truncate, What,
};

use crate::rig::{Pair, Rig, SOON, nothing_comes, receive, receive_from};

/// Sends from the client, and gives what the server got and when.
async fn ask(rig: &Rig, pair: &Pair, datagram: &[u8]) -> (Vec<u8>, Duration) {
    let start = Instant::now();
    pair.client.send(datagram).await.unwrap();
    (receive(&rig.server).await, start.elapsed())
}

#[tokio::test]
async fn a_latency_delays_each_datagram_and_heals_at_once() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let delay = Duration::from_millis(100);
    let slow = rig.gate.both().fault(Latency::new(delay)).unwrap();
    let start = Instant::now();
    let (datagram, took) = ask(&rig, &pair, b"there").await;
    assert_eq!(datagram, b"there");
    assert!(took >= delay);
    rig.server.send_to(b"back", pair.at_server).await.unwrap();
    assert_eq!(receive(&pair.client).await, b"back");
    assert!(start.elapsed() >= delay * 2);
    drop(slow);
    let hour = rig.gate.to_server().fault(Latency::new(Duration::from_hours(1))).unwrap();
    pair.client.send(b"held").await.unwrap();
    hour.wait_for_hits(1, SOON).await.unwrap();
    drop(hour);
    assert_eq!(receive(&rig.server).await, b"held");
}

#[tokio::test]
async fn what_swallows_swallows_and_heals() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let silent: [EntrySpec; 4] = [
        Drop::default().into(),
        Blackhole::default().into(),
        Loss::new(1).unwrap().into(),
        Idle { then: Then::Blackhole, ..Idle::new(Duration::ZERO) }.into(),
    ];
    for fault in silent {
        let fault = rig.gate.to_client().fault(fault).unwrap();
        rig.server.send_to(b"lost", pair.at_server).await.unwrap();
        fault.wait_for_hits(1, SOON).await.unwrap();
        nothing_comes(&pair.client).await;
        drop(fault);
        rig.server.send_to(b"healed", pair.at_server).await.unwrap();
        assert_eq!(receive(&pair.client).await, b"healed");
    }
}

#[tokio::test]
async fn what_was_stalled_comes_when_it_heals() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let stall = rig.gate.to_client().fault(Stall {}).unwrap();
    for number in 0..3 {
        rig.server.send_to(&[number], pair.at_server).await.unwrap();
    }
    stall.wait_for_hits(1, SOON).await.unwrap();
    nothing_comes(&pair.client).await;
    drop(stall);
    for number in 0..3 {
        assert_eq!(receive(&pair.client).await, [number]);
    }
}

#[tokio::test]
async fn datagrams_are_changed_cut_and_doubled() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let faults: [EntrySpec; 3] =
        [Corrupt::default().into(), Truncate::new(2).into(), Duplicate::new(1).unwrap().into()];
    rig.gate.to_server().set(faults).unwrap();
    let (datagram, _) = ask(&rig, &pair, b"abc").await;
    assert_eq!(datagram, [!b'a', !b'b']);
    assert_eq!(receive(&rig.server).await, datagram, "once more");
    rig.gate.to_server().pass();
    assert_eq!(ask(&rig, &pair, b"abc").await.0, b"abc");
}

#[tokio::test]
async fn a_datagram_is_overtaken() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let reorder = rig.gate.to_server().add(Reorder::new(1).unwrap()).unwrap();
    pair.client.send(b"first").await.unwrap();
    reorder.wait_for_hits(1, SOON).await.unwrap();
    let other = EntrySpec::new(Reorder::new(0).unwrap());
    rig.gate.to_server().update("reorder", other).unwrap();
    assert_eq!(receive(&rig.server).await, b"first", "what is changed lets go of what it held");
}

#[tokio::test]
async fn a_shared_rate_holds_for_all_clients_together() {
    let rig = Rig::new().await;
    let pairs = [rig.pair().await, rig.pair().await];
    let start = Instant::now();
    let shared = Bandwidth { scope: Scope::Gate, ..Bandwidth::new(20_000).unwrap() };
    rig.gate.to_server().add(shared).unwrap();
    for _ in 0..3 {
        for pair in &pairs {
            pair.client.send(&[0; 1_000]).await.unwrap();
        }
    }
    for _ in 0..6 {
        receive(&rig.server).await;
    }
    // The first leaves at once, with a debt.
    assert!(start.elapsed() >= Duration::from_millis(250), "{:?}", start.elapsed());
}

/// The fault ends the connection, never the gate: the next datagram begins a new one.
#[tokio::test]
async fn a_fault_that_closes_ends_a_connection_and_not_the_gate() {
    let brief = Duration::from_millis(30);
    let closing: [(EntrySpec, bool); 4] = [
        (CloseOnData::default().into(), false),
        (LimitBytes::new(3).into(), true),
        (Lifetime::new(brief).into(), true),
        (Idle::new(brief).into(), true),
    ];
    for (fault, is_delivered) in closing {
        let rig = Rig::new().await;
        let pair = rig.pair().await;
        let name = fault.fault().type_name().to_owned();
        let fault = rig.gate.to_server().fault(fault).unwrap();
        for round in 1..=3_u64 {
            pair.client.send(b"abc").await.unwrap();
            if is_delivered {
                assert_eq!(receive(&rig.server).await, b"abc", "{name}");
            }
            fault.wait_for_hits(round, SOON).await.unwrap();
            rig.gate.wait_for_no_connections(SOON).await.unwrap();
        }
        let is_close = |event: &chaosgate::Event| matches!(&event.what, What::Closed { by: ClosedBy::Fault { name: by, .. }, .. } if *by == name);
        assert_eq!(rig.gate.events().iter().filter(|event| is_close(event)).count(), 3);
        drop(fault);
        pair.client.send(b"healed").await.unwrap();
        let (datagram, from) = receive_from(&rig.server).await;
        assert_eq!(datagram, b"healed");
        rig.server.send_to(b"answer", from).await.unwrap();
        assert_eq!(receive(&pair.client).await, b"answer");
    }
}
