//! As much of HTTP/1.1 as the two speak: messages with a length, on
//! connections that are kept.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection of either side.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    /// What has come of the message that is being received.
    buffer: Vec<u8>,
}

/// A request or an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// The first line.
    pub(super) start: String,
    /// Whether the sender wants the connection to be closed after it.
    pub(super) is_last: bool,
    pub(super) body: Vec<u8>,
}

/// Why no message came.
#[derive(Debug)]
pub(super) enum Broken {
    /// The stream ended after so many bytes of it.
    Ended(usize),
    /// The connection broke after so many bytes of it.
    Failed(usize, io::Error),
    /// It is no message.
    Malformed,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Wire { stream, buffer: Vec::new() })
    }

    /// Sends a message in one write.
    pub(super) async fn send(&mut self, message: &Message) -> io::Result<()> {
        let Message { start, is_last, body } = message;
        let close = if *is_last { "connection: close\r\n" } else { "" };
        let head = format!("{start}\r\n{close}content-length: {}\r\n\r\n", body.len());
        self.stream.write_all(&[head.as_bytes(), body].concat()).await
    }

    /// Receives a message; `on_read` is told the length of each read.
    pub(super) async fn receive(
        &mut self,
        mut on_read: impl FnMut(usize),
    ) -> Result<Message, Broken> {
        let mut piece = vec![0; 16 * 1024];
        loop {
            if let Some(message) = self.take_message()? {
                return Ok(message);
            }
            match self.stream.read(&mut piece).await {
                Ok(0) => return Err(Broken::Ended(self.buffer.len())),
                Ok(length) => {
                    on_read(length);
                    self.buffer.extend_from_slice(&piece[..length]);
                }
                Err(error) => return Err(Broken::Failed(self.buffer.len(), error)),
            }
        }
    }

    /// Ends the own direction; the other one stays open.
    pub(super) async fn finish(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }

    /// The message at the beginning of the buffer, if all of it has come.
    fn take_message(&mut self) -> Result<Option<Message>, Broken> {
        const END_OF_HEAD: &[u8] = b"\r\n\r\n";
        let is_end = |window: &[u8]| window == END_OF_HEAD;
        let Some(end) = self.buffer.windows(END_OF_HEAD.len()).position(is_end) else {
            // Whoever waits for the end of what is no head waits for ever.
            return if self.buffer.is_ascii() { Ok(None) } else { Err(Broken::Malformed) };
        };
        let head = str::from_utf8(&self.buffer[..end]).map_err(|_| Broken::Malformed)?;
        let mut lines = head.split("\r\n");
        let start = lines.next().unwrap_or_default().to_owned();
        let (mut length, mut is_last) = (0, false);
        for line in lines {
            let (name, value) = line.split_once(':').ok_or(Broken::Malformed)?;
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().map_err(|_| Broken::Malformed)?,
                "connection" => is_last = value.trim().eq_ignore_ascii_case("close"),
                _ => {}
            }
        }
        let body = end + END_OF_HEAD.len();
        let Some(content) = self.buffer[body..].get(..length) else { return Ok(None) };
        let message = Message { start, is_last, body: content.to_vec() };
        self.buffer.drain(..body + length);
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// What comes of these bytes, each written on its own, and the end of the stream.
    async fn receive(pieces: &[&str]) -> Result<Message, Broken> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (client, server) = tokio::join!(TcpStream::connect(address), listener.accept());
        let mut client = client.expect("it listens");
        for piece in pieces {
            client.write_all(piece.as_bytes()).await.expect("it takes data");
        }
        drop(client);
        let mut wire = Wire::new(server.expect("a client").0).expect("an option");
        wire.receive(|_| {}).await
    }

    #[tokio::test]
    async fn a_message_is_whole_however_it_was_cut() {
        let pieces =
            ["PUT /a HTTP/1.1\r\nConn", "ection: close\r\ncontent-length: 3\r\n\r", "\nab", "cd"];
        let message = receive(&pieces).await.expect("a message");
        let start = "PUT /a HTTP/1.1".to_owned();
        assert_eq!(message, Message { start, is_last: true, body: b"abc".to_vec() });
    }

    #[tokio::test]
    async fn a_message_that_was_cut_off_is_broken_after_so_many_bytes() {
        for (text, bytes) in [("", 0), ("GET /", 5), ("G\r\ncontent-length: 2\r\n\r\na", 25)] {
            let broken = receive(&[text]).await.expect_err("no message");
            assert!(matches!(broken, Broken::Ended(after) if after == bytes), "{broken:?}");
        }
    }

    #[tokio::test]
    async fn what_is_no_message_is_malformed() {
        for text in ["G\r\nlength\r\n\r\n", "G\r\ncontent-length: x\r\n\r\n"] {
            let broken = receive(&[text]).await.expect_err("no message");
            assert!(matches!(broken, Broken::Malformed), "{broken:?}");
        }
    }
}
