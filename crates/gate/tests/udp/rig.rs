//! A UDP gate with a server's socket behind it, both ends of whose connections the test holds.

use std::net::SocketAddr;
use std::time::Duration;

use chaosgate::{Builder, Route, Udp, UdpGate};
use tokio::net::UdpSocket;
use tokio::runtime::Handle;

/// How long a test waits for what must come: long, so that only a defect gets there.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// What is far more than a datagram takes that is not held back.
pub(crate) const A_WHILE: Duration = Duration::from_millis(150);

/// A gate and its server.
pub(crate) struct Rig {
    pub(crate) gate: UdpGate,
    pub(crate) server: UdpSocket,
}

/// A client's socket, and the address that the server knows it by.
pub(crate) struct Pair {
    pub(crate) client: UdpSocket,
    pub(crate) at_server: SocketAddr,
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Rig::with("127.0.0.1:0", |builder| builder).await
    }

    pub(crate) async fn with(
        listen: &str,
        change: impl FnOnce(Builder<Udp>) -> Builder<Udp>,
    ) -> Self {
        let server = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let upstream = server.local_addr().expect("an address").to_string();
        let route = Route::new("udp", listen, upstream);
        let gate =
            change(UdpGate::builder(route).runtime(Handle::current())).start().expect("a gate");
        Rig { gate, server }
    }

    pub(crate) async fn client(&self) -> UdpSocket {
        client_of(self.gate.address()).await
    }

    /// A client whose first datagram has reached the server.
    pub(crate) async fn pair(&self) -> Pair {
        let client = self.client().await;
        client.send(b"hello").await.expect("it takes data");
        let (datagram, at_server) = receive_from(&self.server).await;
        assert_eq!(datagram, b"hello");
        Pair { client, at_server }
    }
}

/// A socket that is connected to this address.
pub(crate) async fn client_of(address: SocketAddr) -> UdpSocket {
    let any = if address.is_ipv4() { "127.0.0.1:0" } else { "[::1]:0" };
    let client = UdpSocket::bind(any).await.expect("a free port");
    client.connect(address).await.expect("an address");
    client
}

/// Waits for what must come.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, future).await.expect("it comes in time")
}

/// The next datagram, and who has sent it.
pub(crate) async fn receive_from(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = vec![0; 65_536];
    let (length, from) = soon(socket.recv_from(&mut buffer)).await.expect("a datagram");
    buffer.truncate(length);
    (buffer, from)
}

/// The next datagram.
pub(crate) async fn receive(socket: &UdpSocket) -> Vec<u8> {
    receive_from(socket).await.0
}

/// That nothing comes for a while.
pub(crate) async fn nothing_comes(socket: &UdpSocket) {
    let mut buffer = [0; 100];
    let came = tokio::time::timeout(A_WHILE, socket.recv(&mut buffer)).await;
    assert!(came.is_err(), "{came:?}: {buffer:?}");
}
