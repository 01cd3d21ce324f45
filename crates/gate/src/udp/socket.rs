//! The socket that all clients of a gate share.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll};

use atomic_waker::AtomicWaker;
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use socket2::{SockRef, Socket, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use crate::bind::{self, address_of, bound, bound_beside};
use crate::sys;

/// What the kernel is asked to keep of datagrams that come faster than they are taken. It gives as
/// much as the system allows.
pub(super) const KEPT: usize = 4 << 20;

/// A socket that is bound, and belongs to no runtime yet.
#[derive(Debug)]
pub(crate) struct Bound {
    address: SocketAddr,
    socket: Socket,
}

impl bind::Socket for Bound {
    fn probe(address: SocketAddr) -> io::Result<(SocketAddr, Option<Socket>)> {
        // While it is open nobody else can have the port, not even the gate.
        Ok((address_of(&bound(address, Type::DGRAM)?)?, None))
    }

    fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Bound::new(address, bound(address, Type::DGRAM)?))
    }

    fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Bound {
    fn new(address: SocketAddr, socket: Socket) -> Self {
        // Less than this is no failure.
        let _ = socket.set_recv_buffer_size(KEPT);
        Bound { address, socket }
    }
}

/// The socket that all clients share, until the gate is stopped.
#[derive(Debug)]
pub(crate) struct ListenSocket {
    address: SocketAddr,
    /// `None` once it has been closed: at once, whoever knows of it, so that the port is free.
    socket: RwLock<Option<UdpSocket>>,
    /// It has several addresses: an answer has to come from the one that was asked.
    is_wildcard: bool,
    /// Wakes the receiver when the socket is another one, or none.
    receiver: AtomicWaker,
}

/// A datagram that has come, in the buffer that it was received into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received {
    pub(super) length: usize,
    pub(super) client: SocketAddr,
    /// The address that the client sent it to, where that is not known anyway.
    pub(super) asked: Option<IpAddr>,
}

impl ListenSocket {
    /// On the runtime that is entered.
    pub(super) fn new(bound: Bound) -> io::Result<Self> {
        Ok(ListenSocket {
            address: bound.address,
            is_wildcard: bound.address.ip().is_unspecified(),
            socket: RwLock::new(Some(registered(bound)?)),
            receiver: AtomicWaker::new(),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    fn socket(&self) -> RwLockReadGuard<'_, Option<UdpSocket>> {
        self.socket.read()
    }

    fn socket_mut(&self) -> RwLockWriteGuard<'_, Option<UdpSocket>> {
        self.socket.write()
    }

    /// Closes it. Clients are refused also if somebody holds a duplicate of its descriptor, which
    /// then keeps the port from being bound again.
    pub(super) fn close(&self) {
        // An error says that this cannot be had here.
        let _ = self.refuse();
        *self.socket_mut() = None;
        self.receiver.wake();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.socket().is_none()
    }

    /// Whether something has come; not any more if it has been closed.
    pub(super) fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<bool> {
        self.receiver.register(cx.waker());
        match &*self.socket() {
            // An error shows when it is received.
            Some(socket) => socket.poll_recv_ready(cx).map(|_| true),
            None => Poll::Ready(false),
        }
    }

    /// Takes the next datagram, without waiting.
    pub(super) fn receive(&self, buffer: &mut [u8]) -> io::Result<Received> {
        let socket = self.socket();
        let socket = socket.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        if self.is_wildcard {
            return socket.try_io(Interest::READABLE, || {
                let mut buffers = [IoSliceMut::new(buffer)];
                let (length, client, asked) = sys::receive_with_destination(socket, &mut buffers)?;
                Ok(Received { length, client, asked })
            });
        }
        let (length, client) = socket.try_recv_from(buffer)?;
        Ok(Received { length, client, asked: None })
    }

    /// Sends a datagram to a client, from the address that it has asked.
    pub(super) fn send(
        &self,
        datagram: &[u8],
        client: SocketAddr,
        asked: Option<IpAddr>,
    ) -> io::Result<()> {
        let socket = self.socket();
        let socket = socket.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        // Not by the runtime, which would have it wait for a first look at the socket.
        match asked {
            Some(asked) => sys::send_from(socket, &[IoSlice::new(datagram)], client, asked),
            None => SockRef::from(socket).send_to(datagram, &client.into()).map(drop),
        }
    }

    /// From now on clients get "connection refused".
    ///
    /// A socket that is connected, to itself here, takes datagrams of its peer alone; the kernel
    /// answers all others as if nobody had the port. Sending to clients goes on.
    #[cfg(target_os = "linux")]
    pub(super) fn refuse(&self) -> io::Result<()> {
        let socket = self.socket();
        let socket = socket.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let mut own = self.address;
        if self.is_wildcard {
            own.set_ip(if own.is_ipv6() {
                std::net::Ipv6Addr::LOCALHOST.into()
            } else {
                std::net::Ipv4Addr::LOCALHOST.into()
            });
        }
        SockRef::from(socket).connect(&own.into())
    }

    /// What a socket does there that is connected to itself is not known.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn refuse(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Another socket at the same address, which gets what comes when this one has been closed, or before.
    pub(super) fn beside(&self) -> io::Result<Bound> {
        let socket = self.socket();
        let socket = socket.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let beside = bound_beside(&SockRef::from(socket), self.address)?;
        Ok(Bound::new(self.address, beside))
    }

    /// Takes datagrams of all clients again, on the runtime that is entered.
    ///
    /// By another socket, since one that has been connected keeps a part of its peer's address: of
    /// IPv6, Linux gives it the datagrams of that peer alone. On an error it goes on as it was.
    pub(super) fn resume(&self) -> io::Result<()> {
        let new = registered(self.beside()?)?;
        *self.socket_mut() = Some(new);
        self.receiver.wake();
        Ok(())
    }
}

/// The socket as the runtime knows it, with all that it is asked for.
fn registered(bound: Bound) -> io::Result<UdpSocket> {
    if bound.address.ip().is_unspecified() {
        sys::ask_for_destination(&bound.socket, bound.address.is_ipv6())?;
    }
    UdpSocket::from_std(bound.socket.into())
}
