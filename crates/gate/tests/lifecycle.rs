//! Starting, stopping, accepting, and what is refused.

mod support;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use chaosgate::{Accepting, AcceptingError, ClosedBy, How, Route, Stall, TcpGate, What};
use support::{Rig, SOON, read, read_all, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const RESET: Option<ErrorKind> = Some(ErrorKind::ConnectionReset);

async fn connect_error(address: SocketAddr) -> ErrorKind {
    TcpStream::connect(address).await.expect_err("nobody listens").kind()
}

#[tokio::test]
async fn a_stopped_gate_refuses_and_comes_back_on_the_same_port() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    let address = rig.gate.address();
    rig.gate.stop();
    assert_eq!(connect_error(address).await, ErrorKind::ConnectionRefused);
    assert_eq!(rig.gate.connection_count(), 0);
    assert_eq!(read_all(&mut client).await, (vec![], None));
    assert_eq!(read_all(&mut server).await, (vec![], None));
    drop((client, server));
    soon(rig.gate.wait_closed()).await;

    rig.gate.start().unwrap();
    assert_eq!(rig.gate.address(), address);
    let (mut client, mut server) = rig.pair().await;
    client.write_all(b"again").await.unwrap();
    assert_eq!(read(&mut server, 5).await, b"again");
    assert_eq!(rig.gate.connections()[0].number, 2, "numbers are never used again");
}

#[tokio::test]
async fn a_dropped_gate_closes_its_connections() {
    let rig = Rig::new().await;
    let (mut client, _server) = rig.pair().await;
    let address = rig.gate.address();
    drop(rig.gate);
    assert_eq!(read_all(&mut client).await, (vec![], None));
    assert_eq!(connect_error(address).await, ErrorKind::ConnectionRefused);
}

#[test]
fn a_gate_starts_from_outside_a_runtime_given_a_handle() {
    let route = Route::to("127.0.0.1:9");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let gate = TcpGate::builder(route).runtime(runtime.handle().clone()).start().unwrap();
    for accepted in 1..=2 {
        std::net::TcpStream::connect(gate.address()).unwrap();
        runtime.block_on(soon(async {
            while gate.totals().accepted < accepted {
                tokio::task::yield_now().await;
            }
        }));
        gate.set_accepting(Accepting::Refuse).unwrap();
        gate.set_accepting(Accepting::Accept).unwrap();
    }
}

#[tokio::test]
async fn held_clients_are_served_with_what_they_sent_once_the_gate_accepts() {
    let rig = Rig::new().await;
    rig.gate.set_accepting(Accepting::Hold).unwrap();
    let mut client = rig.client().await;
    client.write_all(b"patient").await.unwrap();
    let nobody = tokio::time::timeout(Duration::from_millis(100), rig.server.accept()).await;
    assert!(nobody.is_err(), "nobody accepts");
    rig.gate.set_accepting(Accepting::Accept).unwrap();
    let (mut server, _) = soon(rig.server.accept()).await.unwrap();
    assert_eq!(read(&mut server, 7).await, b"patient");
}

#[tokio::test]
async fn muted_clients_hear_nothing_and_are_reset_when_the_mode_ends() {
    let rig = Rig::new().await;
    rig.gate.set_accepting(Accepting::Mute).unwrap();
    let mut client = rig.client().await;
    client.write_all(b"hello?").await.unwrap();
    let silence = tokio::time::timeout(Duration::from_millis(100), client.read(&mut [0])).await;
    assert!(silence.is_err(), "nobody answers");
    rig.gate.set_accepting(Accepting::Accept).unwrap();
    assert_eq!(read_all(&mut client).await, (vec![], RESET));
}

#[tokio::test]
async fn connections_that_stand_go_on_while_new_ones_are_refused() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    rig.gate.set_accepting(Accepting::Refuse).unwrap();
    assert_eq!(connect_error(rig.gate.address()).await, ErrorKind::ConnectionRefused);
    client.write_all(b"still here").await.unwrap();
    assert_eq!(read(&mut server, 10).await, b"still here");
    rig.gate.heal().unwrap();
    rig.pair().await;
}

#[tokio::test]
async fn a_port_taken_while_it_refused_is_an_error_that_changes_nothing() {
    let rig = Rig::new().await;
    let address = rig.gate.address();
    rig.gate.set_accepting(Accepting::Refuse).unwrap();
    let thief = TcpListener::bind(address).await.unwrap();
    let error = rig.gate.set_accepting(Accepting::Accept).expect_err("the port is taken");
    let AcceptingError::Listen { from, to, address: named, source } = &error else {
        panic!("{error}")
    };
    assert_eq!((*from, *to, *named), (Accepting::Refuse, Accepting::Accept, address));
    assert_eq!(source.kind(), ErrorKind::AddrInUse);
    assert_eq!(rig.gate.accepting(), Accepting::Refuse);
    drop(thief);
    rig.gate.set_accepting(Accepting::Accept).unwrap();
    rig.pair().await;
}

#[tokio::test]
async fn a_route_that_cannot_work_is_refused_with_the_address_in_the_message() {
    let start = |listen: &str, upstream: &str| {
        let route = Route::new("bad", listen, upstream);
        TcpGate::start_on(route).expect_err("a bad route").to_string()
    };
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let message = start(&address.to_string(), "127.0.0.1:9");
    assert!(
        message.starts_with(&format!("cannot listen on {address}: Address already in use")),
        "{message}"
    );
    drop(taken);
    assert_eq!(
        start(&address.to_string(), &address.to_string()),
        format!("upstream {address} is the gate itself, which listens on {address}")
    );
    assert_eq!(
        start("127.0.0.1:0", "localhost"),
        "upstream address \"localhost\" is wrong: it must be HOST:PORT"
    );
    assert_eq!(
        start("127.0.0.1:99999", "127.0.0.1:9"),
        "listen address \"127.0.0.1:99999\" is wrong: its port must be a number from 0 to 65535"
    );
    TcpListener::bind(address).await.expect("a gate that did not start leaves no listener");
}

#[tokio::test]
async fn an_unchecked_upstream_that_is_no_address_is_a_failed_dial() {
    for upstream in ["", "no address", ":0"] {
        let builder = TcpGate::builder(Route::to(upstream)).unchecked_upstream();
        let gate = builder.on_dial_failure(How::Fin).start().unwrap();
        let mut client = TcpStream::connect(gate.address()).await.unwrap();
        assert_eq!(read_all(&mut client).await, (vec![], None), "{upstream}");
        assert_eq!(gate.totals().dial_failures, 1, "{upstream}");
    }
}

#[tokio::test]
async fn connections_are_listed_counted_and_closed_one_some_or_all() {
    let rig = Rig::new().await;
    let mut pairs = Vec::new();
    for _ in 0..4 {
        pairs.push(rig.pair().await);
    }
    let listed = rig.gate.connections();
    let numbers: Vec<_> = listed.iter().map(|one| one.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(listed[0].client, pairs[0].0.local_addr().unwrap());

    pairs[2].0.write_all(b"twelve bytes").await.unwrap();
    read(&mut pairs[2].1, 12).await;
    let third = &rig.gate.connections()[2];
    assert_eq!((third.to_server.received, third.to_server.sent), (12, 12));
    assert_eq!((third.to_server.segments, third.to_client.segments), (1, 0));
    assert_eq!(rig.gate.totals().to_server.sent, 12, "totals move while connections are open");

    assert!(rig.gate.close_connection(3, How::Reset));
    assert!(!rig.gate.close_connection(3, How::Reset), "it is gone");
    assert_eq!(read_all(&mut pairs[2].0).await, (vec![], RESET));
    assert_eq!(rig.gate.close_some(1, How::Fin), 1);
    assert_eq!(read_all(&mut pairs[0].0).await, (vec![], None), "the oldest is closed first");
    assert_eq!(rig.gate.connection_count(), 2);
    assert_eq!(rig.gate.close_connections(How::Fin), 2);
    assert_eq!(rig.gate.connection_count(), 0);
    for (client, server) in &mut pairs[3..] {
        assert_eq!(read_all(client).await, (vec![], None));
        assert_eq!(read_all(server).await, (vec![], None));
    }
    assert_eq!(rig.gate.totals().to_server.sent, 12, "and stay when they have ended");
}

#[tokio::test]
async fn a_wait_for_connections_says_how_many_there_were() {
    let rig = Rig::new().await;
    let _pair = rig.pair().await;
    let error = rig.gate.wait_for_connections(3, Duration::from_millis(20)).await.unwrap_err();
    assert_eq!(error.to_string(), "only 1 of 3 connections within 20ms");
    rig.gate.wait_for_connections(1, Duration::ZERO).await.expect("there is one already");
}

#[tokio::test]
async fn events_tell_the_story_of_a_connection() {
    let rig = Rig::new().await;
    let mut live = rig.gate.subscribe();
    let (mut client, server) = rig.pair().await;
    let guard = rig.gate.to_server().fault(chaosgate::CloseOnData::default()).unwrap();
    client.write_all(b"x").await.unwrap();
    guard.wait_for_hits(1, SOON).await.unwrap();
    assert_eq!(read_all(&mut client).await, (vec![], None));
    drop(server);
    rig.gate.wait_for_no_connections(SOON).await.unwrap();

    let what: Vec<_> = rig.gate.events().into_iter().map(|event| event.what).collect();
    let by = ClosedBy::Fault {
        direction: chaosgate::Direction::ToServer,
        name: "close_on_data".to_owned(),
    };
    assert!(matches!(what[0], What::Accepted { .. }), "{what:?}");
    assert!(matches!(what[1], What::Connected { .. }), "{what:?}");
    assert!(matches!(&what[2], What::FaultsSet { faults, .. } if faults == &["close_on_data"]));
    assert!(matches!(&what[3], What::Hit { count: 1, .. }), "{what:?}");
    assert_eq!(what[4], What::Closed { by, how: How::Fin });
    assert!(matches!(soon(live.recv()).await.unwrap().what, What::Accepted { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_is_no_failure_to_accept() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = server.local_addr().unwrap().to_string();
    let mut gates = Vec::new();
    for _ in 0..300 {
        let gate = TcpGate::start_on(Route::to(&upstream)).unwrap();
        // One on the way in keeps the loop busy that takes clients.
        drop(TcpStream::connect(gate.address()).await.unwrap());
        gate.stop();
        gates.push(gate);
    }
    for gate in gates {
        soon(gate.wait_closed()).await;
        let told: Vec<_> = gate.events().into_iter().map(|event| event.what).collect();
        let is_failure = |what: &What| matches!(what, What::AcceptFailed { .. });
        assert!(!told.iter().any(is_failure), "{told:?}");
    }
}

/// Its task may be in the middle of a poll, on another thread, when the gate is stopped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_held_passes_when_the_faults_are_taken_away_behind_a_stop() {
    let rig = Rig::new().await;
    for round in 0..500 {
        rig.gate.start().unwrap();
        let (mut client, mut server) = rig.pair().await;
        rig.gate.to_server().set([Stall {}]).unwrap();
        client.write_all(b"held").await.unwrap();
        rig.gate.stop();
        rig.gate.both().pass();
        assert_eq!(read_all(&mut server).await.0, b"", "round {round}");
    }
}
