//! The system calls that the standard library and tokio do not have, and their portable twins.
//! The one place in the project with unsafe code.

#![allow(unsafe_code, reason = "an ioctl and the watching of a descriptor have no safe form")]

use std::io;

use socket2::SockRef;
use tokio::net::TcpStream;

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
/// Closing with a linger time of 0 resets. On Linux the connection is disconnected as well, since
/// a descriptor that somebody has duplicated would keep it open after the close.
pub(crate) fn reset(stream: TcpStream) {
    // An error means that the connection is gone already, which is what is wanted.
    let _ = SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO));
    #[cfg(target_os = "linux")]
    let _ = rustix::net::connect_unspec(&stream);
    drop(stream);
}

/// The options of both sockets of a connection: no delay for small writes, and urgent data in
/// line with the rest.
pub(crate) fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    SockRef::from(stream).set_out_of_band_inline(true)
}
