//! What happens on the wire.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Api, soon};

/// A client and a server, with the proxy `p` between them.
pub(crate) struct Link {
    pub(crate) api: Api,
    pub(crate) server: TcpListener,
    pub(crate) proxy: SocketAddr,
}

impl Link {
    pub(crate) async fn new() -> Self {
        let (api, server) = (Api::start().await, listener().await);
        let proxy = api.proxy(server.local_addr().expect("an address")).await;
        Link { api, server, proxy }
    }

    /// With this toxic from the beginning.
    pub(crate) async fn with(type_name: &str, stream: &str, attributes: Value) -> Self {
        let link = Link::new().await;
        link.api.toxic(type_name, stream, attributes).await;
        link
    }

    /// A connection: the client's end and the server's.
    pub(crate) async fn pair(&self) -> (TcpStream, TcpStream) {
        pair(self.proxy, &self.server).await
    }
}

/// A connection through the proxy at `proxy`: the client's end and the server's.
pub(crate) async fn pair(proxy: SocketAddr, server: &TcpListener) -> (TcpStream, TcpStream) {
    let client = TcpStream::connect(proxy).await.expect("the proxy listens");
    let (server, _) = soon(server.accept()).await.expect("the proxy's connection");
    (client, server)
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}

/// A server that sends back what it gets.
pub(crate) async fn echo() -> SocketAddr {
    let server = listener().await;
    let address = server.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = server.accept().await {
            tokio::spawn(async move {
                let (mut reader, mut writer) = stream.into_split();
                let _ = tokio::io::copy(&mut reader, &mut writer).await;
                let _ = writer.shutdown().await;
            });
        }
    });
    address
}

/// Reads exactly so many bytes.
pub(crate) async fn read(stream: &mut TcpStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    soon(stream.read_exact(&mut bytes)).await.expect("so many bytes");
    bytes
}

/// Reads to the end of the stream, or to the error that ends it.
pub(crate) async fn read_all(stream: &mut TcpStream) -> (Vec<u8>, Option<io::ErrorKind>) {
    let mut all = Vec::new();
    let error = soon(stream.read_to_end(&mut all)).await.err();
    (all, error.map(|error| error.kind()))
}

/// That nothing comes, neither data nor an end, for as long as one can reasonably wait for nothing.
pub(crate) async fn silent(stream: &TcpStream) {
    assert!(is_silent(stream).await, "something came");
}

/// Whether nothing comes for a while.
pub(crate) async fn is_silent(stream: &TcpStream) -> bool {
    tokio::time::timeout(Duration::from_millis(100), stream.peek(&mut [0])).await.is_err()
}

/// Waits for the orderly end of a stream on which nothing more comes.
pub(crate) async fn gone(stream: &mut TcpStream) {
    assert_eq!(read_all(stream).await, (vec![], None));
}

/// Waits for the reset of a stream on which nothing more comes.
pub(crate) async fn reset(stream: &mut TcpStream) {
    assert_eq!(read_all(stream).await, (vec![], Some(io::ErrorKind::ConnectionReset)));
}
