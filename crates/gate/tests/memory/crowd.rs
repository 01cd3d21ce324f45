//! Many connections that share what a gate may hold.

use std::net::SocketAddr;
use std::time::Duration;

use chaosgate::{EntrySpec, Latency};
use socket2::{Domain, Socket, Type};
use tokio::net::{TcpListener, TcpStream};

use crate::counting::{KIB, MIB, READ, Since, alone};
use crate::support::Rig;

const CONNECTIONS: usize = 100;

/// What a connection that holds nothing may take though all is full, and its chain.
const EACH: usize = 4 * KIB;

/// A socket for which the system keeps little, so that a hundred of them are full soon.
fn narrow() -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4 * KIB).unwrap();
    socket.set_send_buffer_size(16 * KIB).unwrap();
    socket.set_tcp_mss(1_000).unwrap();
    socket
}

fn listener() -> TcpListener {
    let socket = narrow();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any.into()).unwrap();
    socket.listen(1_024).unwrap();
    socket.set_nonblocking(true).unwrap();
    TcpListener::from_std(socket.into()).unwrap()
}

fn client(gate: SocketAddr) -> TcpStream {
    let socket = narrow();
    socket.connect(&gate.into()).unwrap();
    socket.set_nonblocking(true).unwrap();
    TcpStream::from_std(socket.into()).unwrap()
}

/// Has clients send, to servers that do not read, until nothing moves any more.
async fn fill(faults: impl IntoIterator<Item = EntrySpec>) {
    let rig = Rig::before(listener(), |builder| builder.buffer_total(MIB));
    let mut pairs = Vec::new();
    for number in 0..CONNECTIONS {
        let client = client(rig.gate.address());
        let (server, _) = rig.server.accept().await.unwrap();
        rig.gate.wait_for_connections(number + 1, crate::support::SOON).await.unwrap();
        pairs.push((client, server));
    }
    rig.gate.to_server().set(faults).unwrap();
    let chunk = vec![1; 64 * KIB];
    let held = || {
        let volume = rig.gate.totals().to_server;
        usize::try_from(volume.received - volume.sent).unwrap()
    };
    let (mut most_held, mut quiet_rounds) = (0, 0);
    let since = Since::now();
    while quiet_rounds < 20 {
        quiet_rounds += 1;
        for (client, _) in &pairs {
            if client.try_write(&chunk).is_ok() {
                quiet_rounds = 0;
            }
            tokio::task::yield_now().await;
            most_held = most_held.max(held());
        }
    }
    let most = since.most();
    let bound = MIB + CONNECTIONS * EACH + 2 * READ;
    assert!(most_held > MIB / 2, "{} KiB: it has not been filled", most_held / KIB);
    assert!(most_held <= bound, "{} KiB", most_held / KIB);
    assert!(most <= bound, "{} KiB in use", most / KIB);
}

#[test]
fn a_hundred_servers_that_do_not_read_have_the_gate_hold_no_more_than_it_may() {
    alone(1, fill([]));
}

#[test]
fn a_hundred_connections_with_a_latency_have_the_gate_hold_no_more_than_it_may() {
    alone(1, fill([Latency::new(Duration::from_millis(1)).into()]));
}

#[test]
fn a_hundred_connections_with_a_long_latency_have_the_gate_hold_no_more_than_it_may() {
    alone(1, fill([Latency::new(Duration::from_hours(1)).into()]));
}
