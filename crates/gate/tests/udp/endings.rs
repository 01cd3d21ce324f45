//! However a connection ends, nothing of it stays, and the gate goes on.

use std::time::{Duration, Instant};

use chaosgate::{
    CloseOnData, ClosedBy, Custom, EntrySpec, Fault, How, Latency, Lifetime, LimitBytes, Outbox,
    Segment, Stall, What,
};

use tokio::net::UdpSocket;

use crate::rig::{A_WHILE, Rig, SOON, nothing_comes, receive, receive_from, soon};

/// A fault with a defect.
struct Broken;

impl Fault for Broken {
    fn on_segment(&mut self, _: Segment, _: Instant, _: &mut Outbox) {
        panic!("this is a test");
    }
}

/// That the client's next datagram gets to the server, and the answer back.
async fn is_served(rig: &Rig, client: &UdpSocket) {
    client.send(b"again").await.unwrap();
    let (datagram, from) = receive_from(&rig.server).await;
    assert_eq!(datagram, b"again");
    rig.server.send_to(b"answer", from).await.unwrap();
    assert_eq!(receive(client).await, b"answer");
}

#[tokio::test]
async fn a_fault_that_panics_ends_its_connection_and_no_more() {
    let at_work = Custom::new("at work", |_| Broken);
    let at_the_meeting = Custom::new("at the meeting", |_| -> Broken { panic!("this is a test") });
    for broken in [at_work, at_the_meeting] {
        let rig = Rig::new().await;
        let broken = rig.gate.to_server().fault(broken).unwrap();
        let client = rig.client().await;
        client.send(b"x").await.unwrap();
        while rig.gate.totals().connected == 0 {
            tokio::task::yield_now().await;
        }
        rig.gate.wait_for_no_connections(SOON).await.unwrap();
        soon(rig.gate.wait_closed()).await;
        drop(broken);
        is_served(&rig, &client).await;
        let is_failure = |event: chaosgate::Event| {
            matches!(event.what, What::Closed { by: ClosedBy::Failure, .. })
        };
        assert!(rig.gate.events().into_iter().any(is_failure));
    }
}

/// Ends its connection at once, though something is under way behind it.
struct Aborting;

impl Fault for Aborting {
    fn on_segment(&mut self, _: Segment, _: Instant, out: &mut Outbox) {
        out.hit();
        out.abort();
    }
}

#[tokio::test]
async fn a_fault_that_aborts_ends_its_connection_at_once() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    rig.gate.both().add(Latency::new(Duration::from_hours(1))).unwrap();
    rig.server.send_to(b"under way", pair.at_server).await.unwrap();
    rig.gate.to_client().list().remove(0).wait_for_hits(1, SOON).await.unwrap();
    let aborting = rig.gate.to_server().add(Custom::new("abort", |_| Aborting)).unwrap();
    rig.gate.to_server().remove("latency").unwrap();
    for round in 1..=3 {
        pair.client.send(b"x").await.unwrap();
        aborting.wait_for_hits(round, SOON).await.unwrap();
        rig.gate.wait_for_no_connections(SOON).await.unwrap();
        soon(rig.gate.wait_closed()).await;
        assert_eq!(rig.gate.totals().accepted, round, "each begins another one");
    }
    rig.gate.heal().unwrap();
    is_served(&rig, &pair.client).await;
    nothing_comes(&pair.client).await;
}

#[tokio::test]
async fn when_it_has_closed_the_server_is_told_that_nobody_is_there() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    rig.gate.close_connections(How::Fin);
    soon(rig.gate.wait_closed()).await;
    rig.server.connect(pair.at_server).await.unwrap();
    let refused = async {
        // The first one is answered by ICMP, which the next one tells.
        while rig.server.send(b"late").await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    soon(refused).await;
}

#[tokio::test]
async fn an_idle_time_without_an_end_is_never_over() {
    let rig = Rig::with("127.0.0.1:0", |builder| builder.idle(Duration::MAX)).await;
    let pair = rig.pair().await;
    is_served(&rig, &pair.client).await;
    assert_eq!(rig.gate.connection_count(), 1);
}

#[tokio::test]
async fn what_is_under_way_outlives_the_idle_time() {
    let rig = Rig::with("127.0.0.1:0", |builder| builder.idle(A_WHILE)).await;
    let pair = rig.pair().await;
    rig.gate.to_server().add(Latency::new(A_WHILE * 4)).unwrap();
    pair.client.send(b"slow").await.unwrap();
    assert_eq!(receive(&rig.server).await, b"slow");
}

#[tokio::test]
async fn what_is_stalled_does_not_and_is_counted_as_dropped() {
    let rig = Rig::with("127.0.0.1:0", |builder| builder.idle(A_WHILE)).await;
    let pair = rig.pair().await;
    let stall = rig.gate.to_server().add(Stall {}).unwrap();
    for _ in 0..5 {
        pair.client.send(b"stalled").await.unwrap();
    }
    stall.wait_for_hits(1, SOON).await.unwrap();
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    soon(rig.gate.wait_closed()).await;
    assert_eq!(rig.gate.totals().to_server.dropped, 5);
}

#[tokio::test]
async fn one_whose_end_is_held_up_is_not_counted_any_more() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let faults: [EntrySpec; 2] = [CloseOnData::default().into(), Stall {}.into()];
    rig.gate.to_server().set(faults).unwrap();
    let closing = rig.gate.to_server().list().remove(0);
    for round in 1..=10 {
        pair.client.send(b"x").await.unwrap();
        closing.wait_for_hits(round, SOON).await.unwrap();
        rig.gate.wait_for_no_connections(SOON).await.unwrap();
    }
    rig.gate.heal().unwrap();
    is_served(&rig, &pair.client).await;
}

#[tokio::test]
async fn what_a_fault_let_through_before_it_ended_it_comes_when_the_latency_behind_it_goes() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let late = Latency::new(SOON * 2);
    let faults: [EntrySpec; 2] = [LimitBytes::new(4).into(), late.into()];
    rig.gate.to_server().set(faults).unwrap();
    pair.client.send(b"last").await.unwrap();
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    rig.gate.to_server().remove("latency").unwrap();
    assert_eq!(receive(&rig.server).await, b"last");
    soon(rig.gate.wait_closed()).await;
}

/// The client's datagrams may come in the very moment at which its connection has been silent for
/// too long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_datagram_that_comes_as_its_connection_ends_reaches_the_server() {
    const ROUNDS: u32 = 1_500;
    let idle = Duration::from_millis(2);
    let rig = Rig::with("127.0.0.1:0", |builder| builder.idle(idle)).await;
    let client = rig.client().await.into_std().unwrap();
    let server = rig.server.into_std().unwrap();
    server.set_nonblocking(false).unwrap();
    server.set_read_timeout(Some(SOON)).unwrap();
    let exchanged = tokio::task::spawn_blocking(move || {
        let mut buffer = [0; 4];
        for round in 0..ROUNDS {
            client.send(&round.to_le_bytes()).unwrap();
            server.recv(&mut buffer).expect("each of them");
            assert_eq!(buffer, round.to_le_bytes());
            let until = Instant::now() + idle.mul_f64(0.95 + f64::from(round % 100) / 1_000.0);
            while Instant::now() < until {
                std::hint::spin_loop();
            }
        }
    });
    exchanged.await.unwrap();
    let ended = rig.gate.totals().accepted;
    assert!(ended > 10, "only {ended} connections: it is about their ends");
}

#[tokio::test]
async fn a_fault_that_ends_it_lets_nothing_through_that_was_stalled() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let stall = rig.gate.to_client().add(Stall {}).unwrap();
    rig.server.send_to(b"stalled", pair.at_server).await.unwrap();
    stall.wait_for_hits(1, SOON).await.unwrap();
    rig.gate.to_server().add(Lifetime::new(Duration::ZERO)).unwrap();
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    nothing_comes(&pair.client).await;
    assert_eq!(rig.gate.totals().to_client.dropped, 1);
}
