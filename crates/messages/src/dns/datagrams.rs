//! Messages that are datagrams.

use super::head::{HEAD, malformed};
use super::question::{Beginning, read};
use crate::{Kind, Lost};

/// Tells of what kind the message in a datagram is. Each is one message, in either direction; what is no message
/// changes nothing for those behind it.
///
/// ```
/// use chaosgate_messages::Protocol;
///
/// let mut datagrams = Protocol::Dns.datagrams().expect("DNS comes in datagrams");
/// let query = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03WWW\x07example\x03com\0\0\x1c\0\x01";
/// let kind = datagrams.read(query)?;
/// assert!(kind.is("AAAA") && kind.is("query"));
/// assert_eq!(datagrams.text(), Some("www.example.com"));
/// # Ok::<(), chaosgate_messages::Lost>(())
/// ```
#[derive(Debug, Default)]
pub struct Datagrams {
    text: String,
}

impl Datagrams {
    /// The kind of the message in this datagram.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn read(&mut self, datagram: &[u8]) -> Result<Kind, Lost> {
        self.text.clear();
        let kind = match read(datagram, datagram.len(), &mut self.text) {
            Beginning::Is(kind) if datagram.len() >= HEAD => Some(kind),
            _ => None,
        };
        kind.ok_or(malformed())
    }

    /// What is to be searched in place of the bytes of the datagram that was read last, as [`Framer::text`] tells it.
    ///
    /// [`Framer::text`]: crate::Framer::text
    pub fn text(&self) -> Option<&str> {
        Some(&self.text)
    }
}
