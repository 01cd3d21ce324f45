//! One end of a connection, and what it has seen.

use std::io::ErrorKind;

use chaosgate::How;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{reset, soon};

/// What a peer sees of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: Option<How>,
}

/// One end of a connection.
pub(crate) struct Peer {
    /// `None` when it has thrown it away.
    stream: Option<TcpStream>,
    pub(crate) seen: Seen,
}

impl Peer {
    pub(crate) fn new(stream: TcpStream) -> Self {
        // What the system still keeps back is lost with a reset.
        stream.set_nodelay(true).expect("an option");
        Peer { stream: Some(stream), seen: Seen::default() }
    }

    /// One that has lost it.
    pub(crate) fn gone() -> Self {
        Peer { stream: None, seen: Seen::default() }
    }

    /// Whether it sees what comes.
    pub(crate) fn looks(&self) -> bool {
        self.stream.is_some()
    }

    /// Sends as much as fits; an error is for the reader to see.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        if let Some(stream) = &mut self.stream {
            let _ = soon(stream.write_all(bytes)).await;
        }
    }

    pub(crate) async fn end(&mut self, how: How) {
        match how {
            How::Reset => self.stream.take().map_or((), reset),
            How::Fin => {
                if let Some(stream) = &mut self.stream {
                    let _ = stream.shutdown().await;
                }
            }
        }
    }

    /// Reads until it has seen at least so much.
    pub(crate) async fn read_until(&mut self, wanted: &Seen) {
        let Peer { stream: Some(stream), seen } = self else { return };
        while seen.end.is_none()
            && (seen.bytes.len() < wanted.bytes.len()
                || seen.bytes.len() == wanted.bytes.len() && wanted.end.is_some())
        {
            match soon(stream.read_buf(&mut seen.bytes)).await {
                Ok(0) => seen.end = Some(How::Fin),
                Ok(_) => {}
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
                    seen.end = Some(How::Reset);
                }
            }
        }
    }
}
