//! Bytes through a gate, and the life of its connections.

use std::io;
use std::net::Ipv4Addr;

use chaosgate::{EntrySpec, Route, TcpGate};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

use crate::{Workload, on_one_thread};

pub(crate) static WORKLOADS: [Workload; 4] = [
    Workload {
        name: "tcp-round-trip",
        each: "round trip",
        sizes: [500, 2_500],
        run: |times| on_one_thread(round_trips(times, &[])),
    },
    Workload {
        name: "tcp-fault-round-trip",
        each: "round trip",
        sizes: [500, 2_500],
        run: |times| on_one_thread(round_trips(times, &[NOT_REACHED])),
    },
    Workload {
        name: "tcp-bulk",
        each: "MiB",
        sizes: [50, 150],
        run: |times| on_one_thread(bulk(times)),
    },
    Workload {
        name: "tcp-connection",
        each: "connection",
        // A gate remembers its last thousand events, of which a connection makes three.
        sizes: [400, 1_200],
        run: |times| on_one_thread(connections(times)),
    },
];

/// How many bytes a message has: a question, and an answer.
const MESSAGE: usize = 64;

/// How many bytes a block has. As many as the windows have room for whatever the kernel makes of
/// them: larger ones come in pieces, how many being a matter of time.
const BLOCK: usize = 64 << 10;

/// How many blocks a MiB has.
const BLOCKS: usize = (1 << 20) / BLOCK;

/// A fault that everything passes at once, whatever the clock says.
const NOT_REACHED: &str = "limit_bytes:bytes=1TB";

/// So many questions, each answered, on one connection through these faults.
async fn round_trips(times: u64, faults: &[&str]) -> io::Result<()> {
    let rig = Rig::start().await?;
    let faults = faults.iter().map(|fault| fault.parse::<EntrySpec>().expect(fault));
    rig.gate.both().set(faults).map_err(io::Error::other)?;
    let mut pair = rig.connect().await?;
    for _ in 0..times {
        pair.round_trip().await?;
    }
    Ok(())
}

/// So many MiB to the server on one connection, block by block, with a round trip after each.
async fn bulk(times: u64) -> io::Result<()> {
    let rig = Rig::start().await?;
    let mut pair = rig.connect().await?;
    let (sent, mut received) = (vec![0; BLOCK], vec![0; BLOCK]);
    for _ in 0..times {
        for _ in 0..BLOCKS {
            pair.client.write_all(&sent).await?;
            pair.server.read_exact(&mut received).await?;
        }
        pair.round_trip().await?;
    }
    Ok(())
}

/// So many connections after each other, each with one round trip, that the client ends.
async fn connections(times: u64) -> io::Result<()> {
    let rig = Rig::start().await?;
    for _ in 0..times {
        let mut pair = rig.connect().await?;
        pair.round_trip().await?;
        pair.end().await?;
    }
    Ok(())
}

/// A server, and a gate before it.
struct Rig {
    server: TcpListener,
    gate: TcpGate,
}

impl Rig {
    async fn start() -> io::Result<Self> {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let route = Route::to(server.local_addr()?);
        let gate = TcpGate::builder(route)
            .runtime(Handle::current())
            .seed(0)
            .start()
            .map_err(io::Error::other)?;
        Ok(Rig { server, gate })
    }

    async fn connect(&self) -> io::Result<Pair> {
        let client = TcpStream::connect(self.gate.address()).await?;
        let (server, _) = self.server.accept().await?;
        Ok(Pair { client, server })
    }
}

/// The two ends of a connection, with the gate between them.
struct Pair {
    client: TcpStream,
    server: TcpStream,
}

impl Pair {
    async fn round_trip(&mut self) -> io::Result<()> {
        let mut message = [0; MESSAGE];
        self.client.write_all(&message).await?;
        self.server.read_exact(&mut message).await?;
        self.server.write_all(&message).await?;
        self.client.read_exact(&mut message).await?;
        Ok(())
    }

    /// The client ends the stream, and the server follows.
    async fn end(mut self) -> io::Result<()> {
        self.client.shutdown().await?;
        assert_eq!(self.server.read(&mut [0]).await?, 0, "the client has ended");
        drop(self.server);
        assert_eq!(self.client.read(&mut [0]).await?, 0, "the server has ended");
        Ok(())
    }
}
