//! A connection that is being made to the server.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Type};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::descriptors;
use crate::sys;

/// Connects to this address for a client. Given up, it resets what the system may have connected
/// meanwhile, unless the client ends in order: the server is not to read the clean end of a client that
/// has gone.
///
/// Not by one of the last descriptors, of which it leaves so many to others.
pub(super) async fn connect(
    server: SocketAddr,
    left: u64,
    client: &Client,
) -> io::Result<(TcpStream, SocketAddr)> {
    let socket = sys::socket(Domain::for_address(server), Type::STREAM)?;
    descriptors::leave(left, &socket)?;
    sys::prepare(&socket)?;
    match socket.connect(&server.into()) {
        Err(error) if !sys::is_in_progress(&error) => return Err(error),
        _ => {}
    }
    let stream = TcpStream::from_std(socket.into())?;
    let given_up = ResetOnDrop { stream: &stream, client };
    stream.writable().await?;
    std::mem::forget(given_up);
    match stream.take_error()? {
        Some(error) => Err(error),
        None => Ok((stream, server)),
    }
}

struct ResetOnDrop<'a> {
    stream: &'a TcpStream,
    client: &'a Client,
}

impl Drop for ResetOnDrop<'_> {
    fn drop(&mut self) {
        if !self.client.is_ending_in_order() {
            sys::reset(self.stream);
        }
    }
}
