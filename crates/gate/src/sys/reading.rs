//! Reads that tell whether anything is left, which spares the read that finds nothing: `TCP_INQ`, see
//! tcp(7).

use std::io;
use std::mem::{size_of, zeroed};
use std::os::fd::AsRawFd;

use nix::libc::{self, c_int, c_void};
use socket2::SockRef;
use tokio::net::TcpStream;

const TCP_INQ: c_int = 36;

/// From now on each read tells. Older systems cannot, which shows in the read.
pub(super) fn ask_for_what_is_left(socket: &SockRef<'_>) {
    const SIZE_OF_INT: libc::socklen_t = 4;
    let on: c_int = 1;
    let on: *const c_void = (&raw const on).cast();
    // SAFETY: the option is an int, which is read from there.
    unsafe { libc::setsockopt(socket.as_raw_fd(), libc::IPPROTO_TCP, TCP_INQ, on, SIZE_OF_INT) };
}

/// Reads, and tells whether that was all that there is. An end of stream is something that is there.
pub(crate) fn read(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, bool)> {
    let mut place = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // SAFETY: both are numbers and pointers, and all zeroes is a message without anything.
    let (mut left, mut message): (Left, libc::msghdr) = unsafe { (zeroed(), zeroed()) };
    (message.msg_iov, message.msg_iovlen) = (&raw mut place, 1);
    message.msg_control = (&raw mut left).cast();
    message.msg_controllen = size_of::<Left>() as _;
    // SAFETY: it writes no more than the buffer into the buffer, and no more than one `Left` into `left`.
    let length = unsafe { libc::recvmsg(stream.as_raw_fd(), &raw mut message, 0) };
    let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
    let is_told = message.msg_controllen > 0
        && (left.header.cmsg_level, left.header.cmsg_type) == (libc::IPPROTO_TCP, TCP_INQ);
    Ok((length, length > 0 && is_told && left.count == 0))
}

/// What a read tells: a control message with an int.
#[repr(C)]
struct Left {
    header: libc::cmsghdr,
    count: c_int,
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Write};

    use tokio::net::TcpListener;

    use super::*;
    use crate::sys;

    #[tokio::test]
    async fn a_read_tells_what_is_left_on_a_connection_that_has_its_options_from_the_listener() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        sys::prepare(&listener).expect("options");
        let address = listener.local_addr().expect("an address");
        let mut peer = std::net::TcpStream::connect(address).expect("a connection");
        let (stream, _) = listener.accept().await.expect("the same");
        assert!(stream.nodelay().expect("an option"));
        assert!(SockRef::from(&stream).out_of_band_inline().expect("an option"));

        let mut buffer = [0; 8];
        assert_eq!(
            read(&stream, &mut buffer).map_err(|error| error.kind()),
            Err(ErrorKind::WouldBlock)
        );
        peer.write_all(b"0123456789").expect("it takes them");
        SockRef::from(&peer).send_out_of_band(b"!").expect("it takes it");
        stream.readable().await.expect("they have come");
        assert_eq!(read(&stream, &mut buffer).expect("data"), (8, false));
        // Up to the mark of the urgent byte, which is left.
        assert_eq!(read(&stream, &mut buffer).expect("data"), (2, false));
        assert_eq!(read(&stream, &mut buffer).expect("data"), (1, true));
        drop(peer);
        stream.readable().await.expect("its end");
        assert_eq!(read(&stream, &mut buffer).expect("its end"), (0, false));
    }
}
