//! The way of accepting in which connects time out.
#![cfg(target_os = "linux")]

mod support;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use chaosgate::{Accepting, How, Route, TcpGate, Totals, What};
use support::{Rig, SOON, read, read_all, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Far longer than a connect takes that is let in.
const PATIENCE: Duration = Duration::from_millis(300);

/// Sooner than a client sends its SYN again.
const AT_ONCE: Duration = Duration::from_millis(500);

/// Polls a connect until patience is over.
async fn times_out(connect: Pin<&mut impl Future<Output = std::io::Result<TcpStream>>>) {
    let connected = timeout(PATIENCE, connect).await;
    assert!(connected.is_err(), "no answer, but {connected:?}");
}

async fn connect_times_out(address: SocketAddr) {
    times_out(pin!(TcpStream::connect(address))).await;
}

/// A connection that is let in before its client has to ask again.
async fn pair_at_once(rig: &Rig) -> (TcpStream, TcpStream) {
    let start = Instant::now();
    let pair = rig.pair().await;
    assert!(start.elapsed() < AT_ONCE, "{:?}", start.elapsed());
    pair
}

async fn timing_out() -> Rig {
    let rig = Rig::new().await;
    rig.gate.set_accepting(Accepting::Timeout).unwrap();
    rig
}

#[tokio::test]
async fn connects_time_out_and_new_ones_are_let_in_at_once_when_it_ends() {
    let rig = timing_out().await;
    connect_times_out(rig.gate.address()).await;
    rig.gate.heal().unwrap();
    let (mut client, mut server) = pair_at_once(&rig).await;
    client.write_all(b"healed").await.unwrap();
    assert_eq!(read(&mut server, 6).await, b"healed");
}

#[tokio::test]
async fn a_client_that_waits_is_let_in_when_it_asks_again() {
    let rig = timing_out().await;
    let mut waiting = pin!(TcpStream::connect(rig.gate.address()));
    times_out(waiting.as_mut()).await;
    rig.gate.heal().unwrap();
    let mut client = soon(waiting).await.unwrap();
    let (mut server, _) = soon(rig.server.accept()).await.unwrap();
    client.write_all(b"patient").await.unwrap();
    assert_eq!(read(&mut server, 7).await, b"patient");
}

#[tokio::test]
async fn the_connection_that_fills_the_queue_is_neither_dialled_nor_counted_nor_shown() {
    let rig = timing_out().await;
    for accepting in [Accepting::Accept, Accepting::Timeout, Accepting::Mute, Accepting::Timeout] {
        rig.gate.set_accepting(accepting).unwrap();
    }
    connect_times_out(rig.gate.address()).await;
    assert_eq!(rig.gate.close_connections(How::Reset), 0);
    rig.gate.heal().unwrap();
    // The queue is taken in its order, so what was in it before this client has been met.
    let (client, _server) = rig.pair().await;
    let listed = rig.gate.connections();
    assert_eq!((listed[0].number, listed[0].client), (1, client.local_addr().unwrap()));
    assert_eq!(rig.gate.totals(), Totals { accepted: 1, connected: 1, ..Totals::default() });
    let is_a_client = |what: &What| !matches!(what, What::AcceptingSet { .. });
    let shown: Vec<_> = rig.gate.events().into_iter().map(|event| event.what).collect();
    assert_eq!(shown.iter().filter(|what| is_a_client(what)).count(), 2, "{shown:?}");
}

/// A new client meets `accepting`, on a gate that is in no other way of accepting.
async fn a_client_meets(accepting: Accepting, rig: &Rig) -> Option<TcpStream> {
    let address = rig.gate.address();
    match accepting {
        Accepting::Accept => {
            let _pair = pair_at_once(rig).await;
            rig.gate.close_connections(How::Reset);
        }
        Accepting::Refuse => {
            let error = TcpStream::connect(address).await.expect_err("nobody listens");
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        }
        Accepting::Reset => {
            // The reset can be there before connect has returned.
            if let Ok(mut client) = TcpStream::connect(address).await {
                let error = soon(client.read(&mut [0])).await.expect_err("a reset");
                assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            }
        }
        Accepting::Timeout => {
            let brief = timeout(Duration::from_millis(50), TcpStream::connect(address)).await;
            assert!(brief.is_err(), "{brief:?}");
        }
        _ => {
            let client = rig.client().await;
            while accepting == Accepting::Mute && rig.gate.totals().accepted == 0 {
                tokio::task::yield_now().await;
            }
            assert_eq!(rig.gate.totals().connected, 0);
            return Some(client);
        }
    }
    None
}

#[tokio::test]
async fn every_way_of_accepting_follows_every_other() {
    for from in Accepting::ALL {
        for to in Accepting::ALL {
            let rig = Rig::new().await;
            rig.gate.set_accepting(from).unwrap();
            rig.gate.set_accepting(to).unwrap();
            let client = a_client_meets(to, &rig).await;
            assert_eq!(rig.gate.accepting(), to);
            rig.gate.heal().unwrap();
            match (to, client) {
                (Accepting::Mute, Some(mut client)) => {
                    let reset = (vec![], Some(ErrorKind::ConnectionReset));
                    assert_eq!(read_all(&mut client).await, reset, "{from} to {to}");
                }
                (Accepting::Hold, Some(mut client)) => {
                    let (mut server, _) = soon(rig.server.accept()).await.unwrap();
                    client.write_all(b"held").await.unwrap();
                    assert_eq!(read(&mut server, 4).await, b"held", "{from} to {to}");
                    rig.gate.close_connections(How::Reset);
                }
                _ => {}
            }
            pair_at_once(&rig).await;
        }
    }
}

#[tokio::test]
async fn clients_that_were_held_stay_so_and_are_served_when_it_ends() {
    let rig = Rig::new().await;
    rig.gate.set_accepting(Accepting::Hold).unwrap();
    let (mut held, gone) = (rig.client().await, rig.client().await);
    rig.gate.set_accepting(Accepting::Timeout).unwrap();
    support::reset(gone);
    connect_times_out(rig.gate.address()).await;
    assert_eq!(rig.gate.totals(), Totals::default());
    rig.gate.heal().unwrap();
    let (mut server, _) = soon(rig.server.accept()).await.unwrap();
    held.write_all(b"held").await.unwrap();
    assert_eq!(read(&mut server, 4).await, b"held");
}

#[tokio::test]
async fn connections_that_stand_go_on() {
    let rig = Rig::new().await;
    let (mut client, mut server) = rig.pair().await;
    rig.gate.set_accepting(Accepting::Timeout).unwrap();
    client.write_all(b"still here").await.unwrap();
    assert_eq!(read(&mut server, 10).await, b"still here");
    server.write_all(b"so am I").await.unwrap();
    assert_eq!(read(&mut client, 7).await, b"so am I");
}

#[tokio::test]
async fn every_address_of_a_host_times_out() {
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let upstream = server.local_addr().unwrap().to_string();
    for listen in ["localhost:0", "0.0.0.0:0", ":0"] {
        let gate = TcpGate::start_on(Route::new("several", listen, &upstream)).unwrap();
        gate.set_accepting(Accepting::Timeout).unwrap();
        let ways = gate.addresses().into_iter().flat_map(|mut address| {
            let loopback: &[&str] = match address {
                _ if !address.ip().is_unspecified() => &[],
                SocketAddr::V4(_) => &["127.0.0.1"],
                SocketAddr::V6(_) => &["::1", "127.0.0.1"],
            };
            let mut ways: Vec<_> = loopback.iter().map(|ip| ip.parse().unwrap()).collect();
            if ways.is_empty() {
                ways.push(address.ip());
            }
            ways.into_iter().map(move |ip| {
                address.set_ip(ip);
                address
            })
        });
        let ways: Vec<_> = ways.collect();
        for way in &ways {
            // A machine without ::1 fails at once, which is no connection either.
            let connected = timeout(PATIENCE, TcpStream::connect(way)).await;
            assert!(!matches!(connected, Ok(Ok(_))), "{listen} at {way}");
        }
        gate.heal().unwrap();
        soon(TcpStream::connect(ways[ways.len() - 1])).await.unwrap();
    }
}

#[tokio::test]
async fn it_outlasts_a_stop_and_ends_with_the_gate() {
    let rig = timing_out().await;
    let address = rig.gate.address();
    rig.gate.stop();
    let refused = || async { TcpStream::connect(address).await.expect_err("refused").kind() };
    assert_eq!(refused().await, ErrorKind::ConnectionRefused);
    rig.gate.start().unwrap();
    connect_times_out(address).await;
    rig.gate.stop();
    rig.gate.set_accepting(Accepting::Accept).unwrap();
    rig.gate.set_accepting(Accepting::Timeout).unwrap();
    rig.gate.start().unwrap();
    connect_times_out(address).await;
    rig.gate.heal().unwrap();
    pair_at_once(&rig).await;
    rig.gate.set_accepting(Accepting::Timeout).unwrap();
    drop(rig.gate);
    assert_eq!(refused().await, ErrorKind::ConnectionRefused);
}

/// Open descriptors of this process.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

#[tokio::test]
async fn many_changes_leave_no_descriptor_open() {
    let rig = Rig::new().await;
    let before = descriptors();
    for round in 0..1_000 {
        rig.gate.set_accepting(Accepting::Timeout).unwrap();
        rig.gate.set_accepting(Accepting::ALL[round % 5]).unwrap();
        if round % 100 == 0 {
            rig.gate.stop();
            rig.gate.start().unwrap();
        }
    }
    rig.gate.heal().unwrap();
    drop(pair_at_once(&rig).await);
    rig.gate.wait_for_no_connections(SOON).await.unwrap();
    let closed = async {
        // Other tests of this process have some open for a while.
        while descriptors() > before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon(closed).await;
}
