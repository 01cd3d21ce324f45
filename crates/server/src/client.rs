//! A client that has come in, by whatever door.

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};

/// A client that has come in.
pub(crate) type Client = Box<dyn Stream>;

/// What is read and written.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {
    /// Its socket.
    fn socket(&self) -> SockRef<'_>;
}

impl Stream for tokio::net::TcpStream {
    fn socket(&self) -> SockRef<'_> {
        SockRef::from(self)
    }
}

#[cfg(unix)]
impl Stream for tokio::net::UnixStream {
    fn socket(&self) -> SockRef<'_> {
        SockRef::from(self)
    }
}
