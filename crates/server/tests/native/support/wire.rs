//! What happens on the wire.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

use super::soon;

/// A server that sends back what it gets.
pub(crate) async fn echo() -> SocketAddr {
    let server = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = server.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = server.accept().await {
            tokio::spawn(async move {
                let (mut reader, mut writer) = stream.into_split();
                let _ = copy(&mut reader, &mut writer).await;
            });
        }
    });
    address
}

/// Sends a letter through a gate, and waits until it has come back. Gives the connection.
pub(crate) async fn exchange(gate: SocketAddr) -> TcpStream {
    let mut client = soon(TcpStream::connect(gate)).await.expect("the gate listens");
    client.write_all(b"a").await.expect("it is read");
    soon(client.read_exact(&mut [0])).await.expect("it comes back");
    client
}

/// Reads to the end of the stream, or to the error that ends it.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> Result<(), io::ErrorKind> {
    soon(stream.read_to_end(&mut Vec::new())).await.map(drop).map_err(|error| error.kind())
}
