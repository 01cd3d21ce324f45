//! A connection that is being made to the server.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use chaosgate_faults::How;
use socket2::{Domain, Socket, Type};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::sys;

/// Connects this client to this address. The system may have done so already when that is given up,
/// because the client has reset: then the server is not to read a clean end.
pub(super) async fn connect(server: SocketAddr, client: Arc<Client>) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    match socket.connect(&server.into()) {
        Err(error) if !sys::is_in_progress(&error) => return Err(error),
        _ => {}
    }
    let stream = TcpStream::from_std(socket.into())?;
    let given_up = GivenUp { stream: &stream, client };
    stream.writable().await?;
    std::mem::forget(given_up);
    match stream.take_error()? {
        Some(error) => Err(error),
        None => Ok(stream),
    }
}

struct GivenUp<'a> {
    stream: &'a TcpStream,
    client: Arc<Client>,
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        // Somebody may have closed the connection in order.
        if self.client.ending() != Some(How::Fin) {
            sys::reset(self.stream);
        }
    }
}
