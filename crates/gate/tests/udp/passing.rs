//! Without faults a gate is like a wire.

use std::net::SocketAddr;

use chaosgate::{Route, UdpGate, What};
use tokio::net::UdpSocket;

use crate::rig::{Rig, SOON, client_of, receive, receive_from, soon};

#[tokio::test]
async fn every_size_passes_whole_both_ways() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    for size in [0, 1, 511, 512, 1_472, 1_473, 9_000, 65_506, 65_507] {
        let datagram: Vec<u8> = (0..=255).cycle().take(size).collect();
        pair.client.send(&datagram).await.unwrap();
        let (there, from) = receive_from(&rig.server).await;
        assert_eq!(from, pair.at_server);
        assert!(there == datagram, "{size} bytes to the server");
        rig.server.send_to(&datagram, pair.at_server).await.unwrap();
        assert!(receive(&pair.client).await == datagram, "{size} bytes to the client");
    }
    let totals = rig.gate.totals();
    assert_eq!((totals.to_server.dropped, totals.to_client.dropped), (0, 0));
    assert_eq!(totals.to_server.sent, totals.to_client.sent + 5, "the first one said hello");
}

#[tokio::test]
async fn the_order_is_kept_and_no_two_become_one() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    for number in 0..100_u32 {
        pair.client.send(&number.to_le_bytes()).await.unwrap();
    }
    for number in 0..100_u32 {
        assert_eq!(receive(&rig.server).await, number.to_le_bytes());
    }
}

#[tokio::test]
async fn the_server_sees_a_distinct_and_stable_address_for_each_client() {
    let rig = Rig::new().await;
    let (one, other) = (rig.pair().await, rig.pair().await);
    assert_ne!(one.at_server, other.at_server);
    for pair in [&one, &other, &one] {
        pair.client.send(b"again").await.unwrap();
        assert_eq!(receive_from(&rig.server).await.1, pair.at_server);
    }
    rig.server.send_to(b"other", other.at_server).await.unwrap();
    rig.server.send_to(b"one", one.at_server).await.unwrap();
    assert_eq!(receive(&one.client).await, b"one");
    assert_eq!(receive(&other.client).await, b"other");
    assert_eq!(rig.gate.connection_count(), 2);
    assert!(rig.gate.is_connected());
}

/// The server's answer comes to the client alone whose datagram it answers: not from a stranger.
#[tokio::test]
async fn only_the_server_can_answer() {
    let rig = Rig::new().await;
    let pair = rig.pair().await;
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    stranger.send_to(b"forged", pair.at_server).await.unwrap();
    rig.server.send_to(b"real", pair.at_server).await.unwrap();
    assert_eq!(receive(&pair.client).await, b"real");
}

#[tokio::test]
async fn ipv6_and_every_address_of_localhost_are_listened_on() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("localhost:{}", server.local_addr().unwrap().port());
    let gate = UdpGate::start_on(Route::new("both", "localhost:0", upstream)).unwrap();
    for address in gate.addresses() {
        let client = client_of(address).await;
        client.send(b"x").await.unwrap();
        let (datagram, from) = receive_from(&server).await;
        assert_eq!(datagram, b"x");
        server.send_to(b"y", from).await.unwrap();
        assert_eq!(receive(&client).await, b"y");
    }
    let Ok(server) = UdpSocket::bind("[::1]:0").await else { return };
    let upstream = server.local_addr().unwrap().to_string();
    let gate = UdpGate::start_on(Route::new("six", "[::1]:0", upstream)).unwrap();
    let client = client_of(gate.address()).await;
    client.send(b"six").await.unwrap();
    assert_eq!(receive(&server).await, b"six");
}

/// A client that is connected to one address of the machine takes answers from that one alone.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_wildcard_answers_from_the_address_that_was_asked() {
    for (listen, addresses) in [
        ("0.0.0.0:0", &["127.0.0.1", "127.0.0.2", "127.1.2.3"][..]),
        (":0", &["127.0.0.1", "127.0.0.2", "::1"][..]),
    ] {
        let rig = Rig::with(listen, |builder| builder).await;
        for address in addresses {
            let address = SocketAddr::new(address.parse().unwrap(), rig.gate.address().port());
            let client = client_of(address).await;
            if client.send(b"question").await.is_err() && address.is_ipv6() {
                continue;
            }
            let (_, from) = receive_from(&rig.server).await;
            rig.server.send_to(b"answer", from).await.unwrap();
            assert_eq!(receive(&client).await, b"answer", "{listen} asked at {address}");
        }
    }
}

#[tokio::test]
async fn a_port_that_nobody_has_is_an_event_and_a_count_and_ends_nothing() {
    let rig = Rig::new().await;
    let address = rig.server.local_addr().unwrap();
    let pair = rig.pair().await;
    drop(rig.server);
    let mut events = rig.gate.subscribe();
    pair.client.send(b"anybody there?").await.unwrap();
    loop {
        let event = soon(events.recv()).await.unwrap();
        if event.what == What::Unreachable {
            break;
        }
    }
    assert!(rig.gate.totals().unreachable >= 1);
    assert_eq!(rig.gate.connection_count(), 1);
    let server = UdpSocket::bind(address).await.unwrap();
    pair.client.send(b"and now?").await.unwrap();
    let (datagram, from) = receive_from(&server).await;
    assert_eq!((datagram.as_slice(), from), (&b"and now?"[..], pair.at_server));
    server.send_to(b"yes", from).await.unwrap();
    assert_eq!(receive(&pair.client).await, b"yes");
}

#[tokio::test]
async fn a_name_without_an_address_is_a_failed_dial_and_the_next_datagram_tries_again() {
    let gate = UdpGate::start_on(Route::to("no-such-host.invalid:53")).unwrap();
    let client = client_of(gate.address()).await;
    let mut events = gate.subscribe();
    for _ in 0..2 {
        client.send(b"x").await.unwrap();
        let mut has_failed = false;
        loop {
            match soon(events.recv()).await.unwrap().what {
                What::DialFailed { .. } => has_failed = true,
                What::Closed { .. } => break,
                _ => {}
            }
        }
        assert!(has_failed);
    }
    assert_eq!(gate.totals().dial_failures, 2);
    gate.wait_for_no_connections(SOON).await.unwrap();
}
