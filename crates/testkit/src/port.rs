//! A port nobody else is given.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, SockAddr, Socket, Type};

use crate::Error;

/// A loopback port that is reserved for as long as this lives.
///
/// The reservation is a bound socket that never listens: the kernel gives its port to nobody who asks for any free
/// port, while a server that names the port, and sets `SO_REUSEADDR` as they all do, may listen on it. While none does,
/// connections are refused.
#[derive(Debug)]
pub(crate) struct Port {
    addr: SocketAddr,
    _reservation: Socket,
}

impl Port {
    /// Reserves a free port.
    pub(crate) fn reserve() -> Result<Self, Error> {
        let reserve = || {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            socket.set_reuse_address(true)?;
            socket.bind(&SockAddr::from(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))))?;
            let addr =
                socket.local_addr()?.as_socket().ok_or(std::io::ErrorKind::AddrNotAvailable)?;
            Ok(Self { addr, _reservation: socket })
        };
        reserve().map_err(Error::io("reserve a loopback port"))
    }

    /// The address with this port.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        collections::HashSet,
        io::ErrorKind,
        net::{TcpListener, TcpStream},
    };

    #[test]
    fn a_server_may_listen_on_a_reserved_port() {
        let port = Port::reserve().unwrap();
        let _listener = TcpListener::bind(port.addr()).unwrap();
        TcpStream::connect(port.addr()).unwrap();
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
    fn a_reserved_port_is_given_to_nobody_else() {
        let reserved: Vec<_> = (0..200).map(|_| Port::reserve().unwrap()).collect();
        let others: Vec<_> =
            (0..200).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()).collect();
        let addrs = reserved
            .iter()
            .map(Port::addr)
            .chain(others.iter().map(|other| other.local_addr().unwrap()));
        assert_eq!(addrs.collect::<HashSet<_>>().len(), 400);
    }
}
