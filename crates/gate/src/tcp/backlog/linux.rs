//! Filling a queue by connections of the gate's own.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, retry_on_intr};
use socket2::{Domain, Protocol, Socket, Type};

use super::own::Own;
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
