//! What is lent in place of the socket that all clients share: one end of a pair of sockets, of
//! which the gate serves the other, for one client.

#[cfg(not(unix))]
pub(super) use elsewhere::StandIn;
#[cfg(unix)]
pub(super) use unix::StandIn;

#[cfg(unix)]
mod unix {
    use std::io::{self, Read};
    use std::os::unix::net::UnixDatagram;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use bytes::Bytes;
    use socket2::SockRef;
    use tokio::io::Interest;

    use crate::lend::Descriptor;

    /// A client's stand-in. It holds no more datagrams than the system allows, which are few.
    #[derive(Debug)]
    pub(crate) struct StandIn {
        own: tokio::net::UnixDatagram,
        lent: Arc<UnixDatagram>,
    }

    impl StandIn {
        /// On the runtime that is entered.
        ///
        /// # Errors
        ///
        /// Without descriptors to spare.
        pub(crate) fn new() -> io::Result<Self> {
            let (own, lent) = UnixDatagram::pair()?;
            own.set_nonblocking(true)?;
            lent.set_nonblocking(true)?;
            let own = tokio::net::UnixDatagram::from_std(own)?;
            Ok(StandIn { own, lent: Arc::new(lent) })
        }

        /// The end that is lent.
        pub(crate) fn descriptor(&self) -> Descriptor {
            self.lent.clone()
        }

        /// Gives the borrower a datagram of the client. Whether that could be done; if there is no
        /// room, the task is woken when there is.
        pub(crate) fn poll_give(&self, datagram: &[u8], cx: &mut Context<'_>) -> Poll<bool> {
            let send = || SockRef::from(&self.own).send(datagram);
            let mut result = send();
            while is_nothing(&result) {
                if self.own.poll_send_ready(cx).is_pending() {
                    return Poll::Pending;
                }
                result = self.own.try_io(Interest::WRITABLE, send);
            }
            Poll::Ready(result.is_ok())
        }

        /// Takes what the borrower has written to the client; the task is woken when there is more.
        pub(crate) fn poll_written(&self, buffer: &mut [u8], cx: &mut Context<'_>) -> Poll<usize> {
            // Not by the runtime alone, which may have yet to hear of what is there already.
            let mut read = || (&*SockRef::from(&self.own)).read(buffer);
            let mut written = read();
            while is_nothing(&written) {
                if self.own.poll_recv_ready(cx).is_pending() {
                    return Poll::Pending;
                }
                written = self.own.try_io(Interest::READABLE, &mut read);
            }
            written.map_or(Poll::Pending, Poll::Ready)
        }

        /// Takes back what the borrower has not read.
        pub(crate) fn unread(&self, buffer: &mut [u8]) -> Vec<Bytes> {
            std::iter::from_fn(|| {
                let length = self.lent.recv(buffer).ok()?;
                Some(Bytes::copy_from_slice(&buffer[..length]))
            })
            .collect()
        }
    }

    fn is_nothing<T>(result: &io::Result<T>) -> bool {
        result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }
}

/// Where there is no such pair, nothing is lent.
#[cfg(not(unix))]
mod elsewhere {
    use std::convert::Infallible;
    use std::io;
    use std::task::{Context, Poll};

    use bytes::Bytes;

    use crate::lend::Descriptor;

    #[derive(Debug)]
    pub(crate) struct StandIn(Infallible);

    impl StandIn {
        pub(crate) fn new() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(crate) fn descriptor(&self) -> Descriptor {
            match self.0 {}
        }

        pub(crate) fn poll_give(&self, _: &[u8], _: &mut Context<'_>) -> Poll<bool> {
            match self.0 {}
        }

        pub(crate) fn poll_written(&self, _: &mut [u8], _: &mut Context<'_>) -> Poll<usize> {
            match self.0 {}
        }

        pub(crate) fn unread(&self, _: &mut [u8]) -> Vec<Bytes> {
            match self.0 {}
        }
    }
}
