//! A gate that moves to another route.

mod support;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use chaosgate::{
    Accepting, How, Latency, OpenConnections, Reset, Route, StartError, TcpGate, What,
};
use support::{Rig, SOON, read, read_all, soon};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

/// A server, and where it is.
async fn server() -> (TcpListener, String) {
    let server = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let at = server.local_addr().expect("an address").to_string();
    (server, at)
}

/// Has the gate go on to this server from where it listens.
fn lead_to(gate: &TcpGate, upstream: &str, open: OpenConnections) {
    gate.reroute(None, Some(upstream), open).expect("a route");
}

async fn kind_of_connect(at: SocketAddr) -> Result<(), ErrorKind> {
    TcpStream::connect(at).await.map(drop).map_err(|error| error.kind())
}

#[tokio::test]
async fn who_connects_when_it_has_returned_comes_to_the_other_server() {
    let rig = Rig::new().await;
    let (mut client, mut first) = rig.pair().await;
    let (other, at) = server().await;
    let address = rig.gate.address();
    lead_to(&rig.gate, &at, OpenConnections::Stay);
    assert_eq!((rig.gate.address(), rig.gate.route().upstream.as_str()), (address, at.as_str()));

    let mut later = rig.client().await;
    let (mut second, _) = soon(other.accept()).await.expect("the gate's connection");
    later.write_all(b"to the other").await.expect("a server");
    assert_eq!(read(&mut second, 12).await, b"to the other");
    // The one that stood goes on with its server.
    client.write_all(b"to the first").await.expect("a server");
    assert_eq!(read(&mut first, 12).await, b"to the first");
    assert_eq!(rig.gate.connection_count(), 2);
}

#[tokio::test]
async fn connections_that_stand_end_if_that_is_asked_for() {
    for (how, error) in [(How::Fin, None), (How::Reset, Some(ErrorKind::ConnectionReset))] {
        let rig = Rig::new().await;
        let (mut client, mut server_end) = rig.pair().await;
        let (_other, at) = server().await;
        lead_to(&rig.gate, &at, OpenConnections::End(how));
        assert_eq!(rig.gate.connection_count(), 0);
        assert_eq!(read_all(&mut client).await, (vec![], error));
        assert_eq!(read_all(&mut server_end).await, (vec![], error));
    }
}

#[tokio::test]
async fn a_client_that_waits_to_be_let_in_comes_to_the_other_server() {
    let rig = Rig::new().await;
    rig.gate.set_accepting(Accepting::Hold).expect("a way of accepting");
    let _held = rig.client().await;
    let (other, at) = server().await;
    lead_to(&rig.gate, &at, OpenConnections::Stay);
    rig.gate.set_accepting(Accepting::Accept).expect("a way of accepting");
    soon(other.accept()).await.expect("the gate's connection");
}

#[tokio::test]
async fn faults_hits_numbers_and_counts_stay() {
    let rig = Rig::new().await;
    let reset = rig.gate.to_server().add(Reset::default()).expect("a fault");
    let mut client = rig.client().await;
    let _ = client.write_all(b"x").await;
    read_all(&mut client).await;
    soon(reset.wait_for_hits(1, SOON)).await.expect("a hit");
    let (hits, totals) = (reset.hits(), rig.gate.totals());

    let (other, at) = server().await;
    lead_to(&rig.gate, &at, OpenConnections::Stay);
    assert_eq!((reset.hits(), rig.gate.totals()), (hits, totals));
    assert_eq!(rig.gate.to_server().list().len(), 1);
    reset.remove();
    let _client = rig.client().await;
    soon(other.accept()).await.expect("the gate's connection");
    rig.gate.wait_for_connections(1, SOON).await.expect("it is listed");
    assert_eq!(rig.gate.connections()[0].number, 2, "numbers go on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_client_is_lost_while_it_moves_between_servers() {
    let rig = Rig::new().await;
    let (other, at) = server().await;
    let own = rig.server.local_addr().expect("an address").to_string();
    let gate = Arc::new(rig.gate);
    for server in [rig.server, other] {
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = server.accept().await {
                let _ = stream.write_all(b"!").await;
            }
        });
    }
    let (is_over, served) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (gate, is_over, served) = (gate.clone(), is_over.clone(), served.clone());
            tokio::spawn(async move {
                while !is_over.load(Relaxed) {
                    let mut client = TcpStream::connect(gate.address()).await.expect("let in");
                    assert_eq!(read(&mut client, 1).await, b"!");
                    served.fetch_add(1, Relaxed);
                }
            })
        })
        .collect();
    // Each move while clients come, and until some have been served on either side of it.
    for to in [&at, &own].into_iter().cycle().take(100) {
        let before = served.load(Relaxed);
        lead_to(&gate, to, OpenConnections::Stay);
        soon(async {
            while served.load(Relaxed) < before + 4 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    is_over.store(true, Relaxed);
    for client in clients {
        soon(client).await.expect("no client was refused, reset or left without an answer");
    }
}

#[tokio::test]
async fn it_goes_on_at_another_port_and_where_it_was_clients_are_refused() {
    let rig = Rig::new().await;
    let before = rig.gate.address();
    let (mut client, mut first) = rig.pair().await;
    rig.gate.reroute(Some("localhost:0"), None, OpenConnections::Stay).expect("a free port");
    assert_ne!(rig.gate.address().port(), before.port());
    assert_eq!(kind_of_connect(before).await, Err(ErrorKind::ConnectionRefused));
    rig.pair().await;
    client.write_all(b"still").await.expect("a server");
    assert_eq!(read(&mut first, 5).await, b"still");
}

#[tokio::test]
async fn port_0_is_another_free_one_each_time() {
    let rig = Rig::new().await;
    for _ in 0..3 {
        let before = rig.gate.address();
        rig.gate.reroute(Some("127.0.0.1:0"), None, OpenConnections::Stay).expect("a free port");
        assert_ne!(rig.gate.address(), before);
        assert_eq!(kind_of_connect(rig.gate.address()).await, Ok(()));
    }
}

#[tokio::test]
async fn of_several_addresses_those_that_it_has_already_are_kept() {
    let rig = Rig::new().await;
    let port = rig.gate.address().port();
    let both = format!("localhost:{port}");
    rig.gate.reroute(Some(&both), None, OpenConnections::Stay).expect("its own port");
    assert!(rig.gate.addresses().contains(&SocketAddr::from(([127, 0, 0, 1], port))));
    for address in rig.gate.addresses() {
        assert_eq!(kind_of_connect(address).await, Ok(()), "{address}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_route_changes_nothing() {
    let rig = Rig::new().await;
    let (other, taken) = server().await;
    let (before, at) = (rig.gate.route(), rig.gate.address());
    let (own, _pair) = (at.to_string(), rig.pair().await);
    let end = OpenConnections::End(How::Reset);
    let refused = |listen: &str, upstream: &str| {
        rig.gate.reroute(Some(listen), Some(upstream), end).expect_err("a route that cannot be")
    };
    assert!(matches!(refused(&taken, "h:1"), StartError::Listen { .. }));
    assert!(matches!(refused("h", "h:1"), StartError::Address { what: "listen", .. }));
    assert!(matches!(refused("127.0.0.1:0", "h"), StartError::Address { what: "upstream", .. }));
    let itself = rig.gate.reroute(None, Some(&own), end);
    assert!(matches!(itself, Err(StartError::RouteToItself { .. })), "{itself:?}");
    assert!(matches!(refused(&own, &own), StartError::RouteToItself { .. }));
    assert_eq!((rig.gate.route(), rig.gate.addresses()), (before, vec![at]));
    assert_eq!(rig.gate.connection_count(), 1);
    rig.pair().await;
    drop(other);
}

#[tokio::test]
async fn one_that_is_stopped_moves_and_listens_there_when_it_is_started() {
    let rig = Rig::new().await;
    let before = rig.gate.address();
    rig.gate.stop();
    let (other, at) = server().await;
    let (free, listen) = server().await;
    drop(free);
    rig.gate.reroute(Some(&listen), Some(&at), OpenConnections::Stay).expect("a route");
    assert!(!rig.gate.is_running());
    assert_eq!(kind_of_connect(before).await, Err(ErrorKind::ConnectionRefused));
    rig.gate.start().expect("a free port");
    assert_eq!(rig.gate.address().to_string(), listen);
    let _client = rig.client().await;
    soon(other.accept()).await.expect("the gate's connection");
}

#[cfg(target_os = "linux")]
#[test]
fn one_that_is_started_while_it_moves_listens_where_its_route_says() {
    let gate = TcpGate::start_on(Route::to("127.0.0.1:9")).expect("a gate");
    for host in ["127.0.0.2", "127.0.0.3"].into_iter().cycle().take(1_000) {
        gate.stop();
        std::thread::scope(|scope| {
            scope.spawn(|| gate.start().expect("a free port"));
            let listen = format!("{host}:0");
            let moved = gate.reroute(Some(&listen), None, OpenConnections::Stay);
            moved.expect("a free port");
        });
        assert_eq!(gate.address().ip().to_string(), host);
    }
}

#[tokio::test]
async fn its_way_of_accepting_holds_where_it_goes() {
    let rig = Rig::new().await;
    rig.gate.set_accepting(Accepting::Refuse).expect("a way of accepting");
    rig.gate.reroute(Some("localhost:0"), None, OpenConnections::Stay).expect("a free port");
    assert_eq!(kind_of_connect(rig.gate.address()).await, Err(ErrorKind::ConnectionRefused));
    rig.gate.heal().expect("its own port");
    rig.pair().await;
}

#[tokio::test]
async fn its_events_tell_of_it() {
    let gate = TcpGate::start_on(Route::to("127.0.0.1:9")).expect("a gate");
    gate.to_server().add(Latency::new(SOON)).expect("a fault");
    gate.reroute(None, Some("h:1"), OpenConnections::Stay).expect("a route");
    let event = gate.events().pop().expect("an event");
    let (listen, upstream) = ("127.0.0.1:0".to_owned(), "h:1".to_owned());
    assert_eq!(event.what, What::Rerouted { listen, upstream });
    assert!(event.to_string().ends_with("rerouted, from 127.0.0.1:0 to h:1"), "{event}");
}
