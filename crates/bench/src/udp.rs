//! Datagrams through a gate.

use std::io;
use std::net::Ipv4Addr;

use chaosgate::{Route, UdpGate};
use tokio::net::UdpSocket;
use tokio::runtime::Handle;

use crate::{Workload, on_one_thread};

pub(crate) static WORKLOADS: [Workload; 1] = [Workload {
    name: "udp-round-trip",
    each: "round trip",
    sizes: [500, 2_500],
    run: |times| on_one_thread(exchange(times)),
}];

/// How many bytes a datagram has.
const SIZE: usize = 64;

/// Sends so many datagrams, each of which is answered by one.
async fn exchange(times: u64) -> io::Result<()> {
    let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let route = Route::to(server.local_addr()?);
    let gate = UdpGate::builder(route)
        .runtime(Handle::current())
        .seed(0)
        .start()
        .map_err(io::Error::other)?;
    let client = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    client.connect(gate.address()).await?;
    let mut datagram = [0; SIZE];
    for _ in 0..times {
        client.send(&datagram).await?;
        let (length, from) = server.recv_from(&mut datagram).await?;
        server.send_to(&datagram[..length], from).await?;
        client.recv(&mut datagram).await?;
    }
    Ok(())
}
