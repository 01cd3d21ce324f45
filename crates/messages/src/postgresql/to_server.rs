//! What clients of `PostgreSQL` send.

use std::sync::Arc;

use super::encryption::{Asked, Encryption};
use super::kinds::{CANCEL, GSS, SSL, STARTUP, TO_SERVER};
use super::length::{TAGGED, body, malformed, tagged};
use crate::counted::{Head, Heads};
use crate::info::BySign;
use crate::tls::is_tls;
use crate::{Kind, Lost};

static BY_TAG: BySign = BySign::new(&TO_SERVER);

#[derive(Debug)]
pub(super) struct ToServer {
    encryption: Arc<Encryption>,
    /// Whether messages have tags from here on.
    has_started: bool,
}

impl ToServer {
    pub(super) fn new(encryption: Arc<Encryption>, has_started: bool) -> Self {
        ToServer { encryption, has_started }
    }

    /// A message without a tag: its length, and a code that says what it is.
    fn read_startup(&mut self, length: [u8; 4], code: [u8; 4]) -> Result<Head, Lost> {
        if is_tls(length[0]) {
            return Err(Lost::Tls);
        }
        let rest = u32::from_be_bytes(length).checked_sub(8);
        let rest = rest.filter(|rest| *rest <= LONGEST_STARTUP);
        let rest = rest.ok_or(malformed("a length of 8 bytes to 10,000"))?;
        let kind = match (u32::from_be_bytes(code), rest) {
            (SSL_REQUEST, 0) => {
                self.encryption.ask(Asked::Tls);
                &SSL
            }
            (GSS_REQUEST, 0) => {
                self.encryption.ask(Asked::Gss);
                &GSS
            }
            (CANCEL_REQUEST, _) => &CANCEL,
            (version, _) if version >> 16 == 3 => {
                self.has_started = true;
                &STARTUP
            }
            _ => return Err(malformed("version 3, or a request to encrypt or to cancel,")),
        };
        Ok(Head::Is { kind: Kind::general(kind), body: rest.into() })
    }
}

/// Beside the length and the code; the server takes no more.
const LONGEST_STARTUP: u32 = 10_000 - 8;

const CANCEL_REQUEST: u32 = 80_877_102;
const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;

impl Heads for ToServer {
    fn begin(&mut self) -> Result<(), Lost> {
        self.encryption.check()
    }

    fn read(&mut self, head: &[u8]) -> Result<Head, Lost> {
        if !self.has_started {
            let ([length, code], _) = head.as_chunks() else { return Ok(Head::Needs(8)) };
            return self.read_startup(*length, *code);
        }
        let Some((tag, length)) = tagged(head) else { return Ok(Head::Needs(TAGGED)) };
        let unknown = malformed("the tag of a message of clients");
        let kind = BY_TAG.get(tag).ok_or(if is_tls(tag) { Lost::Tls } else { unknown })?;
        Ok(Head::Is { kind: Kind::general(kind), body: body(length, head.len())? })
    }
}
