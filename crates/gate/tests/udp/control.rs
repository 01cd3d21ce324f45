//! Starting, stopping, accepting and closing.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use chaosgate::{
    Accepting, AcceptingError, ClosedBy, How, ListError, Route, Slice, Stall, StartError, UdpGate,
    What,
};

use crate::rig::{Rig, SOON, nothing_comes, receive, receive_from, soon};

#[tokio::test]
async fn it_comes_back_on_its_port_at_once_and_serves_the_same_clients() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let address = rig.gate.address();
    for _ in 0..50 {
        rig.gate.stop();
        assert!(!rig.gate.is_running());
        rig.gate.start().unwrap();
        assert_eq!(rig.gate.address(), address);
    }
    pair.client.send(b"again").await.unwrap();
    let (datagram, from) = receive_from(&rig.server).await;
    assert_eq!(datagram, b"again");
    assert_ne!(from, pair.at_server, "a new connection");
}

#[tokio::test]
async fn while_it_is_stopped_clients_are_refused_and_its_connections_are_gone() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    rig.gate.stop();
    assert_eq!(rig.gate.connection_count(), 0);
    soon(rig.gate.wait_closed()).await;
    pair.client.send(b"x").await.unwrap();
    let error = soon(pair.client.recv(&mut [0])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    let other = std::net::UdpSocket::bind(rig.gate.address()).expect("the port is free");
    assert!(matches!(rig.gate.start(), Err(StartError::Listen { .. })));
    drop(other);
    rig.gate.start().unwrap();
}

#[tokio::test]
async fn a_taken_port_and_a_route_to_itself_are_errors() {
    let rig = Rig::new().await;
    let taken = Route::new("taken", rig.gate.address(), "127.0.0.1:9");
    let error = UdpGate::start_on(taken).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot listen on {}: ", rig.gate.address())), "{error}");
    let free = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let itself = Route::new("itself", free, free);
    assert!(matches!(UdpGate::start_on(itself), Err(StartError::RouteToItself { .. })));
}

#[tokio::test]
async fn what_does_not_suit_datagrams_is_refused_and_changes_nothing() {
    let gate = UdpGate::start_on(Route::to("127.0.0.1:9")).unwrap();
    let slice = Slice::new(1).unwrap();
    let error = gate.both().add(slice).unwrap_err();
    assert!(matches!(error, ListError::Unsuitable { .. }));
    let message =
        "slice:size=1B does not suit datagrams: a datagram is delivered whole or not at all";
    assert_eq!(error.to_string(), message);
    assert!(gate.both().list().is_empty());
    for accepting in [Accepting::Reset, Accepting::Mute, Accepting::Timeout] {
        let error = gate.set_accepting(accepting).unwrap_err();
        assert!(matches!(error, AcceptingError::Unsuitable { .. }));
        let message = format!(
            "cannot change from accept to {accepting}: a UDP gate can accept, hold or refuse"
        );
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(gate.accepting(), Accepting::Accept);
}

#[tokio::test]
async fn what_is_held_waits_in_the_socket_and_answers_go_on() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    rig.gate.set_accepting(Accepting::Hold).unwrap();
    let late = rig.client().await;
    late.send(b"held").await.unwrap();
    pair.client.send(b"held too").await.unwrap();
    nothing_comes(&rig.server).await;
    assert_eq!(rig.gate.totals().accepted, 1);
    rig.server.send_to(b"answer", pair.at_server).await.unwrap();
    assert_eq!(receive(&pair.client).await, b"answer");
    rig.gate.set_accepting(Accepting::Accept).unwrap();
    assert_eq!(receive(&rig.server).await.len() + receive(&rig.server).await.len(), 12);
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn who_is_refused_is_told_and_answers_go_on() {
    for listen in ["127.0.0.1:0", "0.0.0.0:0", "[::]:0"] {
        let rig = Rig::with(listen, |builder| builder).await;
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], rig.gate.address().port()));
        let client = crate::rig::client_of(address).await;
        client.send(b"hello").await.unwrap();
        let (_, at_server) = receive_from(&rig.server).await;
        for _ in 0..20 {
            rig.gate.set_accepting(Accepting::Refuse).unwrap();
            client.send(b"refused").await.unwrap();
            let error = soon(client.recv(&mut [0])).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
            rig.server.send_to(b"answer", at_server).await.unwrap();
            assert_eq!(receive(&client).await, b"answer", "{listen}");
            rig.gate.set_accepting(Accepting::Accept).unwrap();
            client.send(b"accepted").await.unwrap();
            let (datagram, from) = receive_from(&rig.server).await;
            assert_eq!((datagram.as_slice(), from), (&b"accepted"[..], at_server));
        }
        rig.gate.set_accepting(Accepting::Refuse).unwrap();
        rig.gate.stop();
        rig.gate.start().unwrap();
        client.send(b"refused").await.unwrap();
        assert!(soon(client.recv(&mut [0])).await.is_err(), "also after a start");
    }
}

#[tokio::test]
async fn after_a_close_the_next_datagram_begins_a_new_connection() {
    let rig = Rig::new().await;
    let mut pair = rig.pair().await;
    for round in 1..=20 {
        assert_eq!(rig.gate.close_connections(How::Fin), 1);
        assert_eq!(rig.gate.connection_count(), 0);
        pair.client.send(b"again").await.unwrap();
        let (datagram, from) = receive_from(&rig.server).await;
        assert_eq!(datagram, b"again", "round {round}");
        assert_ne!(from, pair.at_server);
        pair.at_server = from;
    }
    rig.server.send_to(b"answer", pair.at_server).await.unwrap();
    assert_eq!(receive(&pair.client).await, b"answer");
}

#[tokio::test]
async fn a_connection_ends_after_its_idle_time_and_not_before() {
    let idle = Duration::from_millis(1_500);
    let rig = Rig::with("127.0.0.1:0", |builder| builder.idle(idle)).await;
    let pair = rig.pair().await;
    let mut last = Instant::now();
    for _ in 0..4 {
        tokio::time::sleep(idle / 3).await;
        last = Instant::now();
        rig.server.send_to(b"x", pair.at_server).await.unwrap();
        receive(&pair.client).await;
    }
    assert_eq!(rig.gate.connection_count(), 1, "an answer counts as much as a question");
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    assert!(last.elapsed() >= idle, "{:?}", last.elapsed());
    soon(rig.gate.wait_closed()).await;
    let closed = rig.gate.events().into_iter().find_map(|event| match event.what {
        What::Closed { by, .. } => Some(by),
        _ => None,
    });
    assert_eq!(closed, Some(ClosedBy::Silence));
}

/// A stalled direction keeps what a socket would keep, and counts what is more than that.
#[tokio::test]
async fn what_finds_no_room_is_dropped_and_counted() {
    const SENT: u64 = 1_000;
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let stall = rig.gate.to_server().fault(Stall {}).unwrap();
    for number in 0..SENT {
        pair.client.send(&[7; 1_000]).await.unwrap();
        // The gate's socket is not to lose any.
        while rig.gate.totals().to_server.received < 5 + (number + 1) * 1_000 {
            tokio::task::yield_now().await;
        }
    }
    stall.wait_for_hits(1, SOON).await.unwrap();
    let dropped = rig.gate.totals().to_server.dropped;
    assert!((700..800).contains(&dropped), "256 KiB are kept: {dropped} dropped");
    assert_eq!(rig.gate.totals().to_server.segments, SENT + 1, "a segment is a datagram");
    drop(stall);
    // Which the server's own socket may not all keep.
    while rig.gate.totals().to_server.sent < 5 + (SENT - dropped) * 1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(receive(&rig.server).await, [7; 1_000]);
    assert_eq!(rig.gate.totals().to_server.dropped, dropped);
}

#[tokio::test]
async fn an_idle_time_that_is_too_short_is_an_error_that_names_its_bound() {
    let builder = |time| UdpGate::builder(Route::to("127.0.0.1:9")).idle(time);
    for (time, shown) in [(Duration::ZERO, "0ns"), (Duration::from_micros(999), "999µs")] {
        let error = builder(time).build().expect_err("too short");
        assert_eq!(
            error.to_string(),
            format!("idle time {shown} is too short: it must be at least 1ms")
        );
        assert!(matches!(error, StartError::Idle { .. }), "{error:?}");
    }
    builder(Duration::from_millis(1)).build().expect("the shortest that there is");
    builder(Duration::MAX).build().expect("it never ends");
}
