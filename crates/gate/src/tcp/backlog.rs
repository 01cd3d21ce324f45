//! The queue of clients that the kernel has connected and nobody has accepted yet, and how it is
//! kept full.
//!
//! Where the queue is full, Linux drops the SYN of a client that connects, which therefore waits
//! and sends it again, until its connect times out. A queue of length 0 is full with one client in
//! it: the gate's own, unless a real one waits there already. It stays full until somebody accepts,
//! also when that client has closed its socket.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard};

use socket2::Socket;

use crate::error::BacklogError;
use crate::lock::locked;

/// Clients that may wait to be accepted.
pub(super) const BACKLOG: i32 = 1024;

/// The queue of one listening socket.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    own: Mutex<Own>,
}

/// The gate's own connections in the queue.
///
/// They stay open until they have been taken off it: no client can have their addresses meanwhile.
#[derive(Debug, Default)]
pub(super) struct Own(Vec<Socket>);

/// A queue that is full. Nobody takes anything off it as long as this lives.
#[derive(Debug)]
#[must_use = "it may be taken from at once otherwise"]
pub(super) struct Full<'a> {
    _own: MutexGuard<'a, Own>,
}

impl Backlog {
    /// Who takes a client off the queue holds this meanwhile.
    pub(super) fn lock(&self) -> MutexGuard<'_, Own> {
        locked(&self.own)
    }

    /// Makes the queue full: the SYN of a client that connects from now on is dropped, until the
    /// socket is told to listen with another length. On an error it may have been made shorter.
    pub(super) fn fill(
        &self,
        listener: &Socket,
        address: SocketAddr,
    ) -> Result<Full<'_>, BacklogError> {
        let mut own = self.lock();
        fill(&mut own, listener, address)?;
        Ok(Full { _own: own })
    }

    /// The kernel has thrown the queue away.
    pub(super) fn forget(&self) {
        self.lock().0.clear();
    }
}

impl Own {
    /// Whether the one at `address` is the gate's own, which has done its duty then.
    pub(super) fn take(&mut self, address: SocketAddr) -> bool {
        let is_at = |own: &Socket| {
            let here = own.local_addr().ok().and_then(|here| here.as_socket());
            // A socket for both families shows an IPv4 address as one of IPv6.
            here.is_some_and(|here| {
                here.port() == address.port()
                    && here.ip().to_canonical() == address.ip().to_canonical()
            })
        };
        let place = self.0.iter().position(is_at);
        place.map(|place| self.0.swap_remove(place)).is_some()
    }
}

#[cfg(not(target_os = "linux"))]
fn fill(_: &mut Own, _: &Socket, _: SocketAddr) -> Result<(), BacklogError> {
    Err(BacklogError::Unsupported)
}

#[cfg(target_os = "linux")]
use linux::fill;

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::{Errno, retry_on_intr};
    use socket2::{Domain, Protocol, Socket, Type};

    use super::Own;
    use crate::error::BacklogError;

    /// How long the gate's own connection may take to be queued.
    const LIMIT: Duration = Duration::from_millis(100);

    pub(super) fn fill(
        own: &mut Own,
        listener: &Socket,
        address: SocketAddr,
    ) -> Result<(), BacklogError> {
        // While the queue is still long: with a length of 0 the kernel may want SYN cookies.
        if !is_ready(listener, PollFlags::IN, Duration::ZERO)? {
            let knocking = knock(address)?;
            // Over loopback it is there when the call has returned, unless the kernel leaves that
            // to another thread.
            if !is_ready(listener, PollFlags::IN, LIMIT)? {
                return Err(BacklogError::NotQueued { within: LIMIT });
            }
            own.0.push(knocking);
        }
        listener.listen(0)?;
        let another = knock(address)?;
        if is_ready(&another, PollFlags::OUT, Duration::ZERO)? {
            own.0.push(another);
            return Err(BacklogError::NotFull);
        }
        Ok(())
    }

    /// A connection to `address` that is under way, and is reset when it is dropped, which leaves
    /// nothing behind.
    fn knock(address: SocketAddr) -> io::Result<Socket> {
        let mut result = Err(io::ErrorKind::AddrNotAvailable.into());
        for ip in ways_to(address.ip()) {
            let mut target = address;
            target.set_ip(ip);
            let domain = Domain::for_address(target);
            let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
            socket.set_nonblocking(true)?;
            socket.set_linger(Some(Duration::ZERO))?;
            match socket.connect(&target.into()) {
                Err(error) if error.raw_os_error() != Some(Errno::INPROGRESS.raw_os_error()) => {
                    result = Err(error);
                }
                _ => return Ok(socket),
            }
        }
        result
    }

    /// The addresses of this machine at which one who listens on `ip` is found.
    fn ways_to(ip: IpAddr) -> Vec<IpAddr> {
        let [v4, v6] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        match ip {
            ip if !ip.is_unspecified() => vec![ip],
            IpAddr::V4(_) => vec![v4],
            // Many containers have no ::1, and "all addresses" includes those of IPv4.
            IpAddr::V6(_) => vec![v6, v4],
        }
    }

    /// Whether it is ready `within` that time: a listener if somebody is in its queue, a connection
    /// if it stands.
    fn is_ready(socket: &Socket, what: PollFlags, within: Duration) -> io::Result<bool> {
        let timeout = Timespec::try_from(within).map_err(io::Error::other)?;
        let mut watched = [PollFd::new(socket, what)];
        retry_on_intr(|| poll(&mut watched, Some(&timeout)))?;
        Ok(watched[0].revents() == what)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    /// A listener, and where it is.
    fn listener() -> (Socket, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        (listener.into(), address)
    }

    #[test]
    fn it_knows_its_own_connection_and_no_other() {
        let (listener, address) = listener();
        let backlog = Backlog::default();
        drop(backlog.fill(&listener, address).expect("full"));
        listener.listen(BACKLOG).expect("a longer queue");
        let client = TcpStream::connect(address).expect("a place in it");
        let [first, second] = [(); 2].map(|()| listener.accept().expect("one in the queue").1);
        let [first, second] = [first, second].map(|one| one.as_socket().expect("an address"));
        assert_eq!(second, client.local_addr().expect("an address"));
        assert!(!backlog.lock().take(second), "a client");
        assert!(backlog.lock().take(first), "its own");
        assert!(!backlog.lock().take(first), "it is gone");
    }

    #[test]
    fn a_client_in_the_queue_fills_it_also_when_it_has_gone() {
        let (listener, address) = listener();
        let backlog = Backlog::default();
        drop(TcpStream::connect(address).expect("a place in the queue"));
        drop(backlog.fill(&listener, address).expect("full"));
        assert!(backlog.lock().0.is_empty(), "it needs no connection of its own");
    }

    #[test]
    fn a_queue_that_it_cannot_get_into_is_an_error() {
        let ((listener, _), (_other, address)) = (listener(), listener());
        let backlog = Backlog::default();
        let error = backlog.fill(&listener, address).expect_err("it gets into the other queue");
        assert!(matches!(error, BacklogError::NotQueued { .. }), "{error}");
        assert!(backlog.lock().0.is_empty());
    }

    #[test]
    fn a_kernel_that_lets_clients_into_a_full_queue_is_an_error() {
        let ((listener, full), (_other, open)) = (listener(), listener());
        let _queued = TcpStream::connect(full).expect("a place in the queue");
        let error = Backlog::default().fill(&listener, open).expect_err("one more gets in");
        assert!(matches!(error, BacklogError::NotFull), "{error}");
    }
}
