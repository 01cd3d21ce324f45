//! A gate with a listener behind it, both ends of whose connections the test holds.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use std::io;
use std::time::Duration;

use chaosgate::{Builder, Route, TcpGate};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

/// How long a test waits for what must come: long, so that only a defect gets there.
pub const SOON: Duration = Duration::from_secs(20);

/// A gate and its server.
pub struct Rig {
    pub gate: TcpGate,
    pub server: TcpListener,
}

impl Rig {
    pub async fn new() -> Self {
        Rig::with(|builder| builder).await
    }

    pub async fn with(change: impl FnOnce(Builder) -> Builder) -> Self {
        Rig::before(TcpListener::bind("127.0.0.1:0").await.expect("a free port"), change)
    }

    /// One in front of this server.
    pub fn before(server: TcpListener, change: impl FnOnce(Builder) -> Builder) -> Self {
        let upstream = server.local_addr().expect("an address").to_string();
        // On the runtime of the test, which blocks it where that is what it is about.
        let builder = TcpGate::builder(Route::to(upstream)).runtime(Handle::current());
        let gate = change(builder).start().expect("a gate");
        Rig { gate, server }
    }

    pub async fn client(&self) -> TcpStream {
        TcpStream::connect(self.gate.address()).await.expect("a connection to the gate")
    }

    /// A connection through the gate: the client's end and the server's.
    pub async fn pair(&self) -> (TcpStream, TcpStream) {
        let wanted = self.gate.connection_count() + 1;
        let client = self.client().await;
        let (server, _) = self.server.accept().await.expect("the gate's connection");
        self.gate.wait_for_connections(wanted, SOON).await.expect("it is listed");
        (client, server)
    }

    /// So many of these.
    pub async fn pairs(&self, count: usize) -> Vec<(TcpStream, TcpStream)> {
        let mut pairs = Vec::with_capacity(count);
        for _ in 0..count {
            pairs.push(self.pair().await);
        }
        pairs
    }
}

/// A gate in front of a server that sends back what it gets.
pub async fn echo() -> TcpGate {
    let Rig { gate, server } = Rig::new().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = server.accept().await {
            tokio::spawn(async move {
                let (mut reader, mut writer) = stream.into_split();
                let _ = tokio::io::copy(&mut reader, &mut writer).await;
            });
        }
    });
    gate
}

/// Waits for what must come.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, future).await.expect("it comes in time")
}

/// Reads to the end of the stream, or to the error that ends it.
pub async fn read_all(stream: &mut TcpStream) -> (Vec<u8>, Option<io::ErrorKind>) {
    let mut all = Vec::new();
    let error = soon(stream.read_to_end(&mut all)).await.err();
    (all, error.map(|error| error.kind()))
}

/// Reads exactly so many bytes.
pub async fn read(stream: &mut TcpStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    soon(stream.read_exact(&mut bytes)).await.expect("so many bytes");
    bytes
}

/// Closes with a reset.
pub fn reset(stream: TcpStream) {
    stream.set_zero_linger().expect("a linger time");
    drop(stream);
}

/// Bytes of which no two stretches are equal.
pub fn numbered(count: usize) -> Vec<u8> {
    (0_u32..).flat_map(u32::to_le_bytes).take(count).collect()
}

/// How many ends of pipes this process has.
#[cfg(target_os = "linux")]
pub fn pipes() -> usize {
    let all = std::fs::read_dir("/proc/self/fd").expect("descriptors");
    let names = all.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    names.filter(|name| name.to_string_lossy().starts_with("pipe:")).count()
}
