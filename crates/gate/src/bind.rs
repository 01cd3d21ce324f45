//! Finding the addresses to listen on, and binding to all of them with one port.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use socket2::{Domain, SockAddr, SockRef, Type};

use crate::error::StartError;
use crate::route;
use crate::sys;

/// A socket that clients reach.
pub(crate) trait Socket: Sized {
    /// A free port, at `address` but for that, with what keeps it free if there is such a thing.
    fn probe(address: SocketAddr) -> io::Result<(SocketAddr, Option<socket2::Socket>)>;

    /// Binds it. The port is not 0.
    fn bind(address: SocketAddr) -> io::Result<Self>;

    /// Where it is bound.
    fn address(&self) -> SocketAddr;
}

/// How often a free port is looked for that is free on all addresses of a host.
const TRIES: usize = 16;

/// Binds to those of the addresses of a host that nobody listens on yet.
///
/// # Errors
///
/// If one of them is taken. If this machine has none of them; unless `has_others`, those where somebody
/// listens already.
pub(crate) fn bind_missing<S: Socket>(
    listen: &str,
    missing: &[SocketAddr],
    has_others: bool,
) -> Result<Vec<S>, StartError> {
    match bind_at(listen, missing) {
        // This machine need not have all of them.
        Err(StartError::Listen { source, .. }) if has_others && is_not_ours(&source) => {
            Ok(Vec::new())
        }
        bound => bound,
    }
}

/// Binds to every address that `listen` stands for.
#[cfg(test)]
pub(crate) fn bind_all<S: Socket>(listen: &str) -> Result<Vec<S>, StartError> {
    bind_at(listen, &resolve(listen)?)
}

fn bind_at<S: Socket>(listen: &str, addresses: &[SocketAddr]) -> Result<Vec<S>, StartError> {
    let port = addresses.first().map_or(0, SocketAddr::port);
    let mut result = bind_each(addresses, port);
    if port == 0 {
        for _ in 0..TRIES {
            match &result {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    result = bind_each(addresses, port);
                }
                _ => break,
            }
        }
    }
    result.map_err(|source| StartError::Listen { listen: listen.to_owned(), source })
}

/// The addresses that `listen` stands for, whether or not this machine has them.
pub(crate) fn resolve(listen: &str) -> Result<Vec<SocketAddr>, StartError> {
    let (host, port) = route::split_listen(listen)?;
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

/// Binds to each address that this machine has, with one port for all.
fn bind_each<S: Socket>(addresses: &[SocketAddr], port: u16) -> io::Result<Vec<S>> {
    let mut sockets: Vec<S> = Vec::new();
    let mut missing = None;
    // The port is kept by the probe until a socket has it.
    let mut probe = None;
    for address in addresses {
        let mut address = *address;
        if port == 0 {
            match sockets.first() {
                Some(first) => address.set_port(first.address().port()),
                // A socket that was bound to port 0 itself would come back on another one after it
                // had refused.
                None => match S::probe(address) {
                    Ok((free, socket)) => (address, probe) = (free, socket),
                    Err(error) if is_not_ours(&error) => {
                        missing = Some(error);
                        continue;
                    }
                    Err(error) => return Err(error),
                },
            }
        }
        match S::bind(address) {
            Ok(socket) => sockets.push(socket),
            // Many machines name ::1 for localhost and do not have it.
            Err(error) if is_not_ours(&error) => missing = Some(error),
            Err(error) => return Err(error),
        }
    }
    drop(probe);
    match missing {
        Some(error) if sockets.is_empty() => Err(error),
        _ => Ok(sockets),
    }
}

fn is_not_ours(error: &io::Error) -> bool {
    // Of a kernel without IPv6, which the standard library has no kind for.
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error()) {
        return true;
    }
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
}

/// A socket of this kind that is bound there.
pub(crate) fn bound(address: SocketAddr, kind: Type) -> io::Result<socket2::Socket> {
    // For datagrams it would let two programs share a port, and on Windows for streams too.
    bound_to(address, kind, cfg!(unix) && kind == Type::STREAM)
}

/// A socket for datagrams that is bound where `old` is, so that nobody else gets the port meanwhile.
///
/// It can be had also while a duplicate of `old` is open, as it is for a moment in every child process on
/// the way to its program.
pub(crate) fn bound_beside(old: &SockRef<'_>, address: SocketAddr) -> io::Result<socket2::Socket> {
    old.set_reuse_address(true)?;
    let socket = bound_to(address, Type::DGRAM, true).and_then(|socket| {
        socket.set_reuse_address(false)?;
        Ok(socket)
    });
    // Also where it has been had: the old one may stay, and nobody else is to get the port beside it.
    old.set_reuse_address(false)?;
    socket
}

fn bound_to(address: SocketAddr, kind: Type, reuse: bool) -> io::Result<socket2::Socket> {
    let socket = sys::socket(Domain::for_address(address), kind)?;
    socket.set_reuse_address(reuse)?;
    if address.is_ipv6() {
        // "All addresses" includes those of IPv4.
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.bind(&SockAddr::from(address))?;
    Ok(socket)
}

/// Where a socket is bound.
pub(crate) fn address_of(socket: &socket2::Socket) -> io::Result<SocketAddr> {
    let address = socket.local_addr()?;
    address.as_socket().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn an_address_that_this_machine_cannot_have_is_left_out_and_a_taken_one_is_not() {
        for (error, is_left_out) in
            [(Errno::AFNOSUPPORT, true), (Errno::ADDRNOTAVAIL, true), (Errno::ADDRINUSE, false)]
        {
            assert_eq!(is_not_ours(&error.into()), is_left_out, "{error}");
        }
    }
}
