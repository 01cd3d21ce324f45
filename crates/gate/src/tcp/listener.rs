//! The listening sockets of a gate.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use super::backlog::{BACKLOG, Backlog, Full};
use crate::error::{BacklogError, StartError};
use crate::route;

/// How often a free port is looked for that is free on all addresses of a host.
const TRIES: usize = 16;

/// A socket that listens, or has been told to refuse.
#[derive(Debug)]
pub(super) struct Listener {
    address: SocketAddr,
    /// `None` while it refuses and the system knows no other way than to close it.
    socket: Option<Socket>,
    backlog: Arc<Backlog>,
}

impl Listener {
    /// Listens on every address that `listen` stands for, all with one port.
    pub(super) fn bind_all(listen: &str) -> Result<Vec<Self>, StartError> {
        let addresses = resolve(listen)?;
        let port = addresses.first().map_or(0, SocketAddr::port);
        let mut result = bind_each(&addresses, port);
        if port == 0 {
            for _ in 0..TRIES {
                match &result {
                    Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                        result = bind_each(&addresses, port);
                    }
                    _ => break,
                }
            }
        }
        result.map_err(|source| StartError::Listen { listen: listen.to_owned(), source })
    }

    fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = bound(address)?;
        socket.listen(BACKLOG)?;
        Ok(Listener { address, socket: Some(socket), backlog: Arc::default() })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A descriptor of its own to accept from.
    pub(super) fn acceptor(&self) -> io::Result<std::net::TcpListener> {
        let socket = self.socket.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        Ok(socket.try_clone()?.into())
    }

    /// The clients that wait to be accepted.
    pub(super) fn backlog(&self) -> &Arc<Backlog> {
        &self.backlog
    }

    /// From now on connects time out, until it [resumes](Listener::resume). On an error it has to
    /// resume as well.
    pub(super) fn fill(&self) -> Result<Full<'_>, BacklogError> {
        let socket = self.socket.as_ref().ok_or(BacklogError::Unsupported)?;
        self.backlog.fill(socket, self.address)
    }

    /// From now on clients get "connection refused".
    ///
    /// On Linux the socket is shut down, which also holds for every copy of its descriptor, and
    /// keeps its port. Elsewhere it is closed.
    pub(super) fn refuse(&mut self) {
        self.refuse_by(cfg!(target_os = "linux"));
    }

    fn refuse_by(&mut self, shutdown: bool) {
        let done = self
            .socket
            .as_ref()
            .is_some_and(|socket| shutdown && socket.shutdown(std::net::Shutdown::Both).is_ok());
        if !done {
            self.socket = None;
        }
        self.backlog.forget();
    }

    /// Takes connections again.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        match &self.socket {
            Some(socket) => socket.listen(BACKLOG),
            None => Listener::bind(self.address).map(|listener| *self = listener),
        }
    }
}

impl Drop for Listener {
    /// A copy of the descriptor that somebody holds would go on listening.
    fn drop(&mut self) {
        self.refuse();
    }
}

fn resolve(listen: &str) -> Result<Vec<SocketAddr>, StartError> {
    let (host, port) = route::split(listen).map_err(|reason| StartError::Address {
        what: "listen",
        address: listen.to_owned(),
        reason,
    })?;
    if host.is_empty() {
        return Ok(vec![SocketAddr::from(([0_u16; 8], port))]);
    }
    let found = (host, port).to_socket_addrs();
    let mut addresses: Vec<_> = found
        .map_err(|source| StartError::Resolve { listen: listen.to_owned(), source })?
        .collect();
    let mut seen = Vec::new();
    addresses.retain(|address| {
        !seen.contains(address) && {
            seen.push(*address);
            true
        }
    });
    Ok(addresses)
}

/// Listens on each address that this machine has, with one port for all.
fn bind_each(addresses: &[SocketAddr], port: u16) -> io::Result<Vec<Listener>> {
    let mut listeners: Vec<Listener> = Vec::new();
    let mut missing = None;
    // The port is kept by the probe until a listener has it.
    let mut probe = None;
    for address in addresses {
        let mut address = *address;
        if port == 0 {
            match listeners.first() {
                Some(first) => address.set_port(first.address.port()),
                None => match bound(address) {
                    Ok(socket) => {
                        // A socket that was bound to port 0 itself would come back on another one
                        // after it had refused.
                        address = socket.local_addr()?.as_socket().unwrap_or(address);
                        probe = Some(socket);
                    }
                    Err(error) if is_not_ours(&error) => {
                        missing = Some(error);
                        continue;
                    }
                    Err(error) => return Err(error),
                },
            }
        }
        match Listener::bind(address) {
            Ok(listener) => listeners.push(listener),
            // Many machines name ::1 for localhost and do not have it.
            Err(error) if is_not_ours(&error) => missing = Some(error),
            Err(error) => return Err(error),
        }
    }
    drop(probe);
    match missing {
        Some(error) if listeners.is_empty() => Err(error),
        _ => Ok(listeners),
    }
}

fn is_not_ours(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
}

fn bound(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    // On Windows this option would let two programs share a port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // "All addresses" includes those of IPv4.
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.bind(&SockAddr::from(address))?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    fn one() -> Listener {
        Listener::bind_all("127.0.0.1:0").expect("a free port").remove(0)
    }

    fn connects(address: SocketAddr) -> Result<(), io::ErrorKind> {
        TcpStream::connect(address).map(drop).map_err(|error| error.kind())
    }

    #[test]
    fn every_address_of_a_host_is_listened_on_with_one_port() {
        let listeners = Listener::bind_all("localhost:0").expect("a free port");
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
        let listener = Listener::bind_all(":0").expect("a free port").remove(0);
        assert_eq!(connects(([127, 0, 0, 1], listener.address().port()).into()), Ok(()));
    }

    #[test]
    fn what_is_no_address_is_refused_by_name() {
        let error = Listener::bind_all("localhost").expect_err("no port").to_string();
        assert_eq!(error, "listen address \"localhost\" is wrong: it must be HOST:PORT");
    }
}
