//! A name that is asked for over UDP.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::UdpSocket;

use super::Probe;
use crate::failure::Failure;

/// Asks a name server for the IPv4 address of a name, once: it must know one.
#[derive(Debug, Clone)]
pub struct Dns {
    server: SocketAddr,
    /// All but the number of the question, which comes first.
    message: Vec<u8>,
    number: u16,
}

/// Why a name cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{name}\" is no name: it takes labels of 1 to 63 bytes, and 253 at most in all")]
pub struct NameError {
    name: String,
}

impl Dns {
    /// The question for this name, with or without a dot at its end.
    ///
    /// # Errors
    ///
    /// [`NameError`] if no name is written like that.
    pub fn new(server: SocketAddr, name: &str) -> Result<Self, NameError> {
        let refused = || NameError { name: name.to_owned() };
        let labels = name.strip_suffix('.').unwrap_or(name);
        if labels.len() > 253 {
            return Err(refused());
        }
        // "Recursion desired", and one question.
        let mut message = vec![1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in labels.split('.') {
            match u8::try_from(label.len()) {
                Ok(length @ 1..=63) => message.push(length),
                _ => return Err(refused()),
            }
            message.extend(label.as_bytes());
        }
        // The end of the name; an address, of the internet.
        message.extend([0, 0, 1, 0, 1]);
        Ok(Dns { server, message, number: 0 })
    }
}

impl Probe for Dns {
    async fn ask(&mut self) -> Result<(), Failure> {
        let local: SocketAddr = match self.server {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(local).await?;
        socket.connect(self.server).await?;
        self.number = self.number.wrapping_add(1);
        let number = self.number.to_be_bytes();
        socket.send(&[&number, &self.message[..]].concat()).await?;
        let mut answer = [0; 512];
        loop {
            let length = socket.recv(&mut answer).await?;
            if let Some(head) = answer[..length].first_chunk::<12>()
                && head[..2] == number
            {
                return check(head);
            }
        }
    }
}

/// Whether an answer with this head brings any record.
fn check(head: &[u8; 12]) -> Result<(), Failure> {
    let is_answer = head[2] & 0x80 != 0;
    let code = head[3] & 0x0f;
    let records = u16::from_be_bytes([head[6], head[7]]);
    match (is_answer, code, records) {
        (true, 0, 1..) => Ok(()),
        (true, ..) => Err(Failure::Wrong(format!("code {code}, {records} records"))),
        (false, ..) => Err(Failure::Wrong("the question itself".to_owned())),
    }
}
