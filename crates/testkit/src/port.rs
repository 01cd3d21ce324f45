//! A port nobody else is given.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, SockAddr, Socket, Type};

use crate::Error;

/// So many ports are tried. One that is free for TCP is hardly ever taken for UDP.
const TRIES: usize = 100;

/// A loopback port that is reserved for as long as this lives, for TCP and UDP.
///
/// The reservation is a pair of bound sockets, of which the one never listens, and the other takes
/// datagrams from itself alone, since it is connected to itself. The kernel gives their port to
/// nobody who asks for any free port, while a server that names the port, and sets `SO_REUSEADDR`
/// as they all do, may have it. While none does, clients are refused.
#[derive(Debug)]
pub(crate) struct Port {
    addr: SocketAddr,
    _reservation: [Socket; 2],
}

impl Port {
    /// Reserves a free port.
    pub(crate) fn reserve() -> Result<Self, Error> {
        let mut reserved = reserve();
        for _ in 1..TRIES {
            if !reserved.as_ref().is_err_and(|error| error.kind() == ErrorKind::AddrInUse) {
                break;
            }
            reserved = reserve();
        }
        reserved.map_err(Error::io("reserve a loopback port"))
    }

    /// The address with this port.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }
}

fn reserve() -> io::Result<Port> {
    let stream = bound(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), Type::STREAM)?;
    let addr = stream.local_addr()?.as_socket().ok_or(ErrorKind::AddrNotAvailable)?;
    let datagrams = bound(addr, Type::DGRAM)?;
    datagrams.connect(&SockAddr::from(addr))?;
    Ok(Port { addr, _reservation: [stream, datagrams] })
}

fn bound(addr: SocketAddr, kind: Type) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, kind, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&SockAddr::from(addr))?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::net::{TcpListener, TcpStream, UdpSocket};

    #[test]
    fn a_server_may_listen_on_a_reserved_port() {
        let port = Port::reserve().unwrap();
        let _listener = TcpListener::bind(port.addr()).unwrap();
        TcpStream::connect(port.addr()).unwrap();
    }

    #[test]
    fn a_server_gets_the_datagrams_of_a_reserved_port() {
        let port = Port::reserve().unwrap();
        let server = UdpSocket::from(bound(port.addr(), Type::DGRAM).unwrap());
        let client = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        client.send_to(b"a question", port.addr()).unwrap();
        let (length, from) = server.recv_from(&mut [0; 20]).unwrap();
        assert_eq!((length, from), (10, client.local_addr().unwrap()));
    }

    #[test]
    fn a_reserved_port_refuses_connections_until_somebody_listens() {
        let port = Port::reserve().unwrap();
        assert_eq!(
            TcpStream::connect(port.addr()).unwrap_err().kind(),
            ErrorKind::ConnectionRefused
        );
    }

    #[test]
    fn a_reserved_port_refuses_datagrams_until_somebody_takes_them() {
        let port = Port::reserve().unwrap();
        let client = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        client.connect(port.addr()).unwrap();
        client.send(b"a question").unwrap();
        assert_eq!(client.recv(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    }

    #[test]
    fn a_reserved_port_is_given_to_nobody_else() {
        let reserved: Vec<_> = (0..200).map(|_| Port::reserve().unwrap()).collect();
        let streams: Vec<_> =
            (0..200).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()).collect();
        let datagrams: Vec<_> =
            (0..200).map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()).collect();
        let reserved: HashSet<_> = reserved.iter().map(Port::addr).collect();
        assert_eq!(reserved.len(), 200);
        for taken in streams.iter().map(|stream| stream.local_addr().unwrap()) {
            assert!(!reserved.contains(&taken));
        }
        for taken in datagrams.iter().map(|socket| socket.local_addr().unwrap()) {
            assert!(!reserved.contains(&taken));
        }
    }
}
