//! A connection's own socket to the server.

use std::collections::VecDeque;
use std::io;
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use socket2::{Domain, SockRef, Socket, Type};
use tokio::io::{Interest, Ready};
use tokio::net::UdpSocket;

use super::socket::KEPT;
use crate::lend::Descriptor;
use crate::sys;

/// A connection's own socket to the server, which may have several addresses.
pub(super) struct Server {
    socket: Arc<UdpSocket>,
    address: SocketAddr,
    /// The server's other addresses, in the order in which they are to be tried.
    others: VecDeque<SocketAddr>,
    /// Waits for what the network says of datagrams that were sent.
    errors: Option<Errors>,
}

type Errors = Pin<Box<dyn Future<Output = io::Result<Ready>> + Send>>;

impl Server {
    /// The server at this address, by this socket.
    pub(super) fn new(
        (socket, address): (UdpSocket, SocketAddr),
        others: VecDeque<SocketAddr>,
    ) -> Self {
        Server { socket: Arc::new(socket), address, others, errors: None }
    }

    /// A socket that is connected to this address.
    pub(super) fn connect(address: SocketAddr) -> io::Result<(UdpSocket, SocketAddr)> {
        let any: SocketAddr = match address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
        socket.set_nonblocking(true)?;
        // Less than this is no failure.
        let _ = socket.set_recv_buffer_size(KEPT);
        socket.bind(&any.into())?;
        socket.connect(&address.into())?;
        Ok((UdpSocket::from_std(socket.into())?, address))
    }

    pub(super) fn socket(&self) -> &Arc<UdpSocket> {
        &self.socket
    }

    /// Where the server is.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The socket, to be lent.
    pub(super) fn descriptor(&self) -> Descriptor {
        self.socket.clone()
    }

    /// Whether a datagram waits that nobody reads, or what the network says in its place; if not,
    /// the task is woken when one comes.
    pub(super) fn poll_unread(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut byte = [MaybeUninit::uninit()];
        let mut peek = || SockRef::from(&*self.socket).peek(&mut byte).map(drop);
        while self.socket.poll_recv_ready(cx).is_ready() {
            match self.socket.try_io(Interest::READABLE, &mut peek) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                other => return Poll::Ready(other),
            }
        }
        Poll::Pending
    }

    /// Nobody is at this address: turns to the next one, and comes back to this one behind all
    /// others. Whether there is another.
    pub(super) fn turn_to_next(&mut self) -> bool {
        for _ in 0..self.others.len() {
            self.others.push_back(self.address);
            let Some(next) = self.others.pop_front() else { break };
            self.address = next;
            if let Ok((socket, _)) = Server::connect(next) {
                sys::disconnect(&self.socket);
                (self.socket, self.errors) = (Arc::new(socket), None);
                return true;
            }
        }
        false
    }

    /// The next thing that the network says of a datagram that was sent. That is no readiness to be
    /// read, and would be told in place of sending the next one.
    pub(super) fn poll_error(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            let errors = self.errors.get_or_insert_with(|| {
                let socket = self.socket.clone();
                Box::pin(async move { socket.ready(Interest::ERROR).await })
            });
            match errors.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(ready) => {
                    self.errors = None;
                    if ready.is_err() {
                        // The runtime is shutting down.
                        return Poll::Pending;
                    }
                }
            }
            // The look takes place within, so that what comes meanwhile makes it ready anew.
            let look = || match self.socket.take_error() {
                Ok(Some(error)) => Ok(error),
                Ok(None) => Err(io::ErrorKind::WouldBlock.into()),
                Err(error) => Err(error),
            };
            if let Ok(error) = self.socket.try_io(Interest::ERROR, look) {
                return Poll::Ready(error);
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        sys::disconnect(&self.socket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(host: &str) -> SocketAddr {
        SocketAddr::new(host.parse().expect("an address"), 9)
    }

    #[tokio::test]
    async fn it_turns_from_address_to_address_and_comes_back_to_the_first() {
        // The second cannot be connected to: a broadcast, which nobody has asked to be allowed to send.
        let [one, bad, other] = ["127.0.0.1", "255.255.255.255", "127.0.0.2"].map(address);
        let first = Server::connect(one).expect("a socket");
        let mut server = Server::new(first, VecDeque::from([bad, other]));
        for expected in [other, one, other] {
            assert!(server.turn_to_next());
            assert_eq!(server.socket().peer_addr().expect("a peer"), expected);
        }
    }

    #[tokio::test]
    async fn a_server_with_one_address_stays_there() {
        let first = Server::connect(address("127.0.0.1")).expect("a socket");
        let mut server = Server::new(first, VecDeque::new());
        assert!(!server.turn_to_next());
        assert_eq!(server.socket().peer_addr().expect("a peer"), address("127.0.0.1"));
    }
}
