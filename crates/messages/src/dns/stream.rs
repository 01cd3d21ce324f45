//! Messages behind their lengths, as they come in a stream.

use super::head::{HEAD, malformed};
use super::question::{Beginning, read};
use crate::Lost;
use crate::counted::{Head, Heads};

#[derive(Debug)]
pub(super) struct Stream {
    is_first: bool,
    text: String,
}

/// The bytes of a length.
const LENGTH: usize = 2;

impl Stream {
    pub(super) fn new() -> Self {
        Stream { is_first: true, text: String::new() }
    }
}

impl Heads for Stream {
    fn read(&mut self, head: &[u8]) -> Result<Head, Lost> {
        let Some((length, message)) = head.split_first_chunk::<LENGTH>() else {
            return Ok(Head::Needs(LENGTH));
        };
        let whole = usize::from(u16::from_be_bytes(*length));
        if whole < HEAD {
            return Err(malformed());
        }
        // A hello of TLS, which may be a message of this length with such flags as none has.
        if self.is_first && matches!(head, [0x16, 3, 0..=4, _, _, 1 | 2, ..]) {
            return Err(Lost::Tls);
        }
        Ok(match read(message, whole, &mut self.text) {
            Beginning::Needs(more) => Head::Needs(LENGTH + more),
            Beginning::Is(kind) => {
                self.is_first = false;
                Head::Is { kind, body: (whole - message.len()) as u64 }
            }
        })
    }

    fn text(&self) -> Option<&str> {
        Some(&self.text)
    }
}
