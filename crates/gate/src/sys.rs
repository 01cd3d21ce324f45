//! The system calls that the standard library and tokio do not have, and their portable twins.
//! The one place in the project with unsafe code, with `reading.rs` in it.

#![allow(
    unsafe_code,
    reason = "an ioctl, a read that tells more and the watching of a descriptor have no safe form"
)]

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, SocketAddr};
#[cfg(target_os = "linux")]
use std::{
    net::{Ipv4Addr, Ipv6Addr},
    os::fd::AsRawFd,
};

#[cfg(target_os = "linux")]
pub(crate) use reading::read;
use socket2::{Domain, SockRef, Socket, Type};
use tokio::net::{TcpStream, UdpSocket};

#[cfg(target_os = "linux")]
mod reading;

/// How many bytes the kernel has not yet had acknowledged by the peer; `None` where the system
/// does not tell.
#[cfg(target_os = "linux")]
pub(crate) fn unsent(stream: &TcpStream) -> Option<usize> {
    use rustix::ioctl::{Getter, Opcode, ioctl};
    // `SIOCOUTQ`, which has the number of `TIOCOUTQ`; see tcp(7).
    const SIOCOUTQ: Opcode = 0x5411;
    // SAFETY: SIOCOUTQ writes one int, and nothing else, to where its argument points.
    let count: i32 = unsafe { ioctl(stream, Getter::<SIOCOUTQ, i32>::new()) }.ok()?;
    usize::try_from(count).ok()
}

/// How many bytes the kernel has not yet had acknowledged by the peer; `None` where the system
/// does not tell.
#[cfg(not(target_os = "linux"))]
pub(crate) fn unsent(_: &TcpStream) -> Option<usize> {
    None
}

/// The descriptor with the readiness that tokio sees on it; `None` without descriptors to spare.
#[cfg(target_os = "linux")]
pub(crate) fn watched(
    descriptor: std::os::fd::OwnedFd,
) -> Option<tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>> {
    // SAFETY: an OwnedFd is the same open descriptor for as long as it lives.
    unsafe { tokio::io::unix::AsyncFd::register(descriptor) }.ok()
}

/// How many bytes wait in the socket to be read.
#[cfg(unix)]
pub(crate) fn unread(stream: &TcpStream) -> usize {
    rustix::io::ioctl_fionread(stream)
        .map_or(0, |count| usize::try_from(count).unwrap_or(usize::MAX))
}

/// How many bytes wait in the socket to be read: at least the one that a look at it shows.
#[cfg(not(unix))]
pub(crate) fn unread(stream: &TcpStream) -> usize {
    let mut byte = [std::mem::MaybeUninit::uninit()];
    SockRef::from(stream).peek(&mut byte).unwrap_or(0)
}

/// Throws the connection away: the peer reads "connection reset".
///
/// Closing with a linger time of 0 resets, once the last descriptor has been closed. On Linux the
/// socket is disconnected, which resets at once: somebody may hold a duplicate.
pub(crate) fn reset(stream: &TcpStream) {
    // An error means that the connection is gone already, which is what is wanted.
    let _ = SockRef::from(stream).set_linger(Some(std::time::Duration::ZERO));
    #[cfg(target_os = "linux")]
    let _ = rustix::net::connect_unspec(stream);
}

/// Whether a connection is being made, which takes a while.
pub(crate) fn is_in_progress(error: &io::Error) -> bool {
    #[cfg(unix)]
    let is_told = error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error());
    #[cfg(not(unix))]
    let is_told = error.kind() == io::ErrorKind::WouldBlock;
    is_told
}

/// Frees the port of a socket that somebody may hold a duplicate of: whoever sends to it is refused
/// from now on, as after its close.
pub(crate) fn disconnect(socket: &UdpSocket) {
    // It has not been bound to a port by its number, so the kernel takes that back. An error means
    // that it is gone already.
    #[cfg(target_os = "linux")]
    let _ = rustix::net::connect_unspec(socket);
    #[cfg(not(target_os = "linux"))]
    let _ = socket;
}

/// A socket that does not block.
pub(crate) fn socket(domain: Domain, kind: Type) -> io::Result<Socket> {
    #[cfg(target_os = "linux")]
    return Socket::new(domain, kind.nonblocking(), None);
    #[cfg(not(target_os = "linux"))]
    {
        let socket = Socket::new(domain, kind, None)?;
        socket.set_nonblocking(true)?;
        Ok(socket)
    }
}

/// Whether a connection that is accepted has the options of the socket that it was accepted from.
pub(crate) const OPTIONS_ARE_INHERITED: bool = cfg!(target_os = "linux");

/// The options of both sockets of a connection: no delay for small writes, urgent data in line with the
/// rest, and reads that tell whether there is more.
pub(crate) fn prepare<'a>(socket: impl Into<SockRef<'a>>) -> io::Result<()> {
    let socket = socket.into();
    socket.set_tcp_nodelay(true)?;
    socket.set_out_of_band_inline(true)?;
    #[cfg(target_os = "linux")]
    reading::ask_for_what_is_left(&socket);
    Ok(())
}

/// Reads, and tells whether that was all that there is: here nobody knows.
#[cfg(not(target_os = "linux"))]
pub(crate) fn read(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, bool)> {
    stream.try_read(buffer).map(|length| (length, false))
}

/// Has the kernel tell to which address each datagram was sent.
#[cfg(target_os = "linux")]
pub(crate) fn ask_for_destination(socket: &Socket, is_ipv6: bool) -> io::Result<()> {
    use nix::sys::socket::{setsockopt, sockopt};
    if is_ipv6 {
        setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true)?;
    } else {
        setsockopt(socket, sockopt::Ipv4PacketInfo, &true)?;
    }
    Ok(())
}

/// A datagram's length, its sender, and the address that it was sent to.
#[cfg(target_os = "linux")]
pub(crate) fn receive_with_destination(
    socket: &UdpSocket,
    buffers: &mut [IoSliceMut<'_>],
) -> io::Result<(usize, SocketAddr, Option<IpAddr>)> {
    use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg};
    let mut space = nix::cmsg_space!(nix::libc::in6_pktinfo);
    let flags = MsgFlags::empty();
    let message = recvmsg::<SockaddrStorage>(socket.as_raw_fd(), buffers, Some(&mut space), flags)?;
    let asked = message.cmsgs()?.find_map(|control| match control {
        ControlMessageOwned::Ipv4PacketInfo(info) => {
            // Not the address in the header, which may be a broadcast.
            Some(Ipv4Addr::from_bits(u32::from_be(info.ipi_spec_dst.s_addr)).into())
        }
        ControlMessageOwned::Ipv6PacketInfo(info) => {
            let address = Ipv6Addr::from(info.ipi6_addr.s6_addr);
            (!address.is_multicast()).then_some(address.into())
        }
        _ => None,
    });
    let address = message.address.and_then(|address| {
        let v4 = address.as_sockaddr_in().map(|address| SocketAddr::V4((*address).into()));
        v4.or_else(|| address.as_sockaddr_in6().map(|address| SocketAddr::V6((*address).into())))
    });
    let address = address.ok_or(io::ErrorKind::InvalidData)?;
    Ok((message.bytes, address, asked))
}

/// Sends a datagram from one of the machine's addresses.
#[cfg(target_os = "linux")]
pub(crate) fn send_from(
    socket: &UdpSocket,
    datagram: &[IoSlice<'_>],
    to: SocketAddr,
    from: IpAddr,
) -> io::Result<()> {
    use nix::libc::{in_addr, in_pktinfo, in6_addr, in6_pktinfo};
    use nix::sys::socket::{ControlMessage, MsgFlags, SockaddrStorage, sendmsg};
    let (socket, flags, to) = (socket.as_raw_fd(), MsgFlags::empty(), SockaddrStorage::from(to));
    match from {
        IpAddr::V4(from) => {
            let none = in_addr { s_addr: 0 };
            let from = in_addr { s_addr: from.to_bits().to_be() };
            let info = in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: from, ipi_addr: none };
            sendmsg(socket, datagram, &[ControlMessage::Ipv4PacketInfo(&info)], flags, Some(&to))?;
        }
        IpAddr::V6(from) => {
            let from = in6_addr { s6_addr: from.octets() };
            let info = in6_pktinfo { ipi6_ifindex: 0, ipi6_addr: from };
            sendmsg(socket, datagram, &[ControlMessage::Ipv6PacketInfo(&info)], flags, Some(&to))?;
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{ask_for_destination, receive_with_destination, send_from};

/// Where the kernel does not tell, answers come from the address that it chooses.
#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use super::{IoSlice, IoSliceMut, IpAddr, SocketAddr, UdpSocket, io};

    pub(crate) fn ask_for_destination(_: &Socket, _: bool) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn receive_with_destination(
        socket: &UdpSocket,
        buffers: &mut [IoSliceMut<'_>],
    ) -> io::Result<(usize, SocketAddr, Option<IpAddr>)> {
        let (length, address) = socket.try_recv_from(&mut buffers[0])?;
        Ok((length, address, None))
    }

    pub(crate) fn send_from(
        socket: &UdpSocket,
        datagram: &[IoSlice<'_>],
        to: SocketAddr,
        _: IpAddr,
    ) -> io::Result<()> {
        socket.try_send_to(&datagram[0], to).map(drop)
    }
}
