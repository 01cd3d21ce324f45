//! Bytes that are sent over TCP, and the bytes that must come back.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Probe;
use crate::failure::Failure;

/// Connects, sends bytes, and waits for as many as the right answer has.
#[derive(Debug, Clone)]
pub struct Exchange {
    address: String,
    question: Vec<u8>,
    answer: Vec<u8>,
}

impl Exchange {
    /// A question to the server at `address`, a host and a port, and the right answer. Without a
    /// question the server speaks first; without an answer it is enough that it accepts.
    pub fn new(
        address: impl Into<String>,
        question: impl Into<Vec<u8>>,
        answer: impl Into<Vec<u8>>,
    ) -> Self {
        Exchange { address: address.into(), question: question.into(), answer: answer.into() }
    }
}

impl Probe for Exchange {
    async fn ask(&mut self) -> Result<(), Failure> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.write_all(&self.question).await?;
        let mut answer = vec![0; self.answer.len()];
        stream.read_exact(&mut answer).await?;
        Failure::unless_same(answer, &self.answer)
    }
}
