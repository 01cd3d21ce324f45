//! Thousands of clients at once.

use std::collections::HashMap;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use crate::rig::{Rig, SOON, soon};

/// The descriptors that the process has open.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg(target_os = "linux")]
async fn of_5_000_clients_each_gets_its_own_answer_and_nothing_is_left_of_them() {
    const CLIENTS: u32 = 5_000;
    // Two sockets for each client, and some for others.
    let wanted = u64::from(CLIENTS) * 2 + 1_000;
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let raised = rustix::process::Rlimit { current: Some(wanted), maximum: limit.maximum };
    if limit.current.is_some_and(|current| current < wanted) {
        rustix::process::setrlimit(rustix::process::Resource::Nofile, raised)
            .expect("as many descriptors as two sockets for each client need");
    }
    let before = descriptors();
    let idle = Duration::from_secs(10);
    let rig = Rig::with("127.0.0.1:0", |builder| builder.idle(idle)).await;
    let server = rig.server.into_std().unwrap();
    server.set_nonblocking(false).unwrap();
    server.set_read_timeout(Some(SOON)).unwrap();

    let clients = tokio::task::spawn_blocking(move || {
        let clients: Vec<UdpSocket> =
            (0..CLIENTS).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
        let address = rig.gate.address();
        let mut seen = HashMap::new();
        // In bursts that the sockets on the way can keep.
        for (place, burst) in clients.chunks(100).enumerate() {
            for (number, client) in (place * 100..).zip(burst) {
                client.set_read_timeout(Some(SOON)).unwrap();
                client.connect(address).unwrap();
                client.send(&number.to_le_bytes()).unwrap();
            }
            let mut buffer = [0; 8];
            for _ in burst {
                let (_, from) = server.recv_from(&mut buffer).expect("every question");
                assert_eq!(seen.insert(from, usize::from_le_bytes(buffer)), None, "{from} twice");
            }
        }
        assert_eq!(rig.gate.connection_count(), clients.len());
        for (from, number) in &seen {
            server.send_to(&number.to_le_bytes(), from).unwrap();
        }
        for (number, client) in clients.iter().enumerate() {
            let mut buffer = [0; 8];
            assert_eq!(client.recv(&mut buffer).expect("every answer"), 8);
            assert_eq!(usize::from_le_bytes(buffer), number);
        }
        (clients, rig.gate)
    });
    let (clients, gate) = clients.await.unwrap();
    let start = Instant::now();
    gate.wait_for_no_connections(SOON).await.expect("all are silent");
    soon(gate.wait_closed()).await;
    assert!(start.elapsed() < SOON);
    drop(clients);
    assert!(descriptors() < before + 50, "{} descriptors, {before} before", descriptors());
    assert_eq!(gate.totals().accepted, u64::from(CLIENTS));
}
