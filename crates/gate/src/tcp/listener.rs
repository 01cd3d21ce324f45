//! The listening sockets of a gate.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use socket2::{Socket, Type};
use tokio::task::AbortHandle;

use super::backlog::{BACKLOG, Backlog, Closed};
use crate::accepting::Accepting;
use crate::bind::{self, address_of, bound};
use crate::error::BacklogError;
use crate::sys;

/// A socket that listens, or has been told to refuse.
#[derive(Debug)]
pub(crate) struct Listener {
    address: SocketAddr,
    /// `None` while it refuses and the system knows no other way than to close it.
    socket: Option<Socket>,
    backlog: Arc<Backlog>,
    queue: Queue,
    /// The loop that takes clients off it.
    acceptor: Option<AbortHandle>,
}

/// What becomes of a client that connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Queue {
    /// It is let in.
    Open,
    /// Its connect times out.
    Full,
    /// It is refused.
    Refused,
}

impl From<Accepting> for Queue {
    fn from(accepting: Accepting) -> Self {
        match accepting {
            Accepting::Refuse => Queue::Refused,
            Accepting::Timeout => Queue::Full,
            _ => Queue::Open,
        }
    }
}

impl bind::Socket for Listener {
    fn probe(address: SocketAddr) -> io::Result<(SocketAddr, Option<Socket>)> {
        let socket = bound(address, Type::STREAM)?;
        Ok((address_of(&socket)?, Some(socket)))
    }

    fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = bound(address, Type::STREAM)?;
        sys::prepare(&socket)?;
        socket.listen(BACKLOG)?;
        Ok(Listener {
            address,
            socket: Some(socket),
            backlog: Arc::default(),
            queue: Queue::Open,
            acceptor: None,
        })
    }

    fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Listener {
    /// Another descriptor of its socket.
    pub(super) fn duplicate(&self) -> io::Result<Socket> {
        self.socket.as_ref().ok_or(io::ErrorKind::NotConnected)?.try_clone()
    }

    /// The clients that wait to be accepted.
    pub(super) fn backlog(&self) -> &Arc<Backlog> {
        &self.backlog
    }

    /// What becomes of a client that connects.
    pub(super) fn queue(&self) -> Queue {
        self.queue
    }

    /// Whether it has a socket, also one that refuses.
    pub(super) fn is_bound(&self) -> bool {
        self.socket.is_some()
    }

    /// This loop takes clients off it, as long as it is there and does not refuse, and the queue is like
    /// this.
    pub(super) fn set_acceptor(&mut self, acceptor: AbortHandle, queue: Queue) {
        if let Some(before) = self.acceptor.replace(acceptor) {
            before.abort();
        }
        self.queue = queue;
    }

    /// From now on connects time out, until it [resumes](Listener::resume). On an error it has to
    /// resume as well.
    pub(super) fn fill(&mut self) -> Result<Closed, BacklogError> {
        let socket = self.socket.as_ref().ok_or(BacklogError::Unsupported)?;
        let closed = self.backlog.close();
        closed.fill(socket, self.address)?;
        self.queue = Queue::Full;
        Ok(closed)
    }

    /// From now on clients get "connection refused".
    ///
    /// On Linux the socket is shut down, which also holds for every copy of its descriptor, and
    /// keeps its port. Elsewhere it is closed.
    pub(super) fn refuse(&mut self) {
        self.refuse_by(cfg!(target_os = "linux"));
    }

    fn refuse_by(&mut self, shutdown: bool) {
        if self.queue == Queue::Refused {
            // A socket that has been shut down cannot be again, and is to keep its port.
            return;
        }
        if let Some(acceptor) = self.acceptor.take() {
            acceptor.abort();
        }
        let done = self
            .socket
            .as_ref()
            .is_some_and(|socket| shutdown && socket.shutdown(std::net::Shutdown::Both).is_ok());
        if !done {
            self.socket = None;
        }
        self.backlog.forget();
        self.queue = Queue::Refused;
    }

    /// Takes connections again.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        match &self.socket {
            Some(socket) => socket.listen(BACKLOG)?,
            None => *self = bind::Socket::bind(self.address)?,
        }
        self.queue = Queue::Open;
        Ok(())
    }
}

impl Drop for Listener {
    /// A copy of the descriptor that somebody holds would go on listening.
    fn drop(&mut self) {
        self.refuse();
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;
    use crate::bind::Socket as _;
    use crate::bind::bind_all;

    fn one() -> Listener {
        bind_all::<Listener>("127.0.0.1:0").expect("a free port").remove(0)
    }

    fn connects(address: SocketAddr) -> Result<(), io::ErrorKind> {
        TcpStream::connect(address).map(drop).map_err(|error| error.kind())
    }

    #[test]
    fn every_address_of_a_host_is_listened_on_with_one_port() {
        let listeners = bind_all::<Listener>("localhost:0").expect("a free port");
        for listener in &listeners {
            assert_eq!(listener.address().port(), listeners[0].address().port());
            assert_eq!(connects(listener.address()), Ok(()));
        }
    }

    #[test]
    fn it_refuses_and_comes_back_on_the_same_port_by_shutdown_and_by_closing() {
        for shutdown in [true, false] {
            let mut listener = one();
            listener.refuse_by(shutdown && cfg!(target_os = "linux"));
            assert_eq!(connects(listener.address()), Err(io::ErrorKind::ConnectionRefused));
            listener.resume().expect("the port is still free");
            assert_eq!(connects(listener.address()), Ok(()));
        }
    }

    #[test]
    fn a_port_that_somebody_else_has_taken_meanwhile_is_an_error() {
        let mut listener = one();
        listener.refuse();
        let other = Listener::bind(listener.address()).expect("the port is free to be taken");
        let error = listener.resume().expect_err("the port is taken");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        assert_eq!(connects(other.address()), Ok(()));
    }

    #[test]
    fn all_addresses_include_ipv4() {
        let listener = bind_all::<Listener>(":0").expect("a free port").remove(0);
        assert_eq!(connects(([127, 0, 0, 1], listener.address().port()).into()), Ok(()));
    }

    #[test]
    fn what_is_no_address_is_refused_by_name() {
        let error = bind_all::<Listener>("localhost").expect_err("no port").to_string();
        assert_eq!(error, "listen address \"localhost\" is wrong: it must be HOST:PORT");
    }
}
