//! What servers of `PostgreSQL` send.

use std::sync::Arc;

use super::encryption::{Asked, Encryption};
use super::kinds::{ENCRYPTION_RESPONSE, TO_CLIENT, authentication};
use super::length::{TAGGED, body, malformed, tagged};
use crate::counted::{Head, Heads};
use crate::info::BySign;
use crate::tls::is_tls;
use crate::{Kind, Lost};

static BY_TAG: BySign = BySign::new(&TO_CLIENT);

#[derive(Debug)]
pub(super) struct ToClient {
    encryption: Arc<Encryption>,
}

impl ToClient {
    pub(super) fn new(encryption: Arc<Encryption>) -> Self {
        ToClient { encryption }
    }

    /// One byte says whether the server does what was asked for. An old server knows no such question, and answers
    /// with an error.
    fn read_answer(&self, asked: Asked, answer: u8) -> Result<Head, Lost> {
        let agreed = match (answer, asked) {
            (b'S', Asked::Tls) | (b'G', Asked::Gss) => Some(asked),
            (b'N', _) => None,
            (b'E', _) => {
                self.encryption.answer(None);
                return Ok(Head::Needs(TAGGED));
            }
            _ => return Err(malformed("the answer to a request to encrypt")),
        };
        self.encryption.answer(agreed);
        Ok(Head::Is { kind: Kind::general(&ENCRYPTION_RESPONSE), body: 0 })
    }
}

impl Heads for ToClient {
    fn begin(&mut self) -> Result<(), Lost> {
        self.encryption.check()
    }

    fn read(&mut self, head: &[u8]) -> Result<Head, Lost> {
        if let ([answer], Some(asked)) = (head, self.encryption.asked()) {
            return self.read_answer(asked, *answer);
        }
        let Some((tag, length)) = tagged(head) else {
            return Ok(Head::Needs(if head.is_empty() { 1 } else { TAGGED }));
        };
        let unknown = malformed("the tag of a message of servers");
        let kind = BY_TAG.get(tag).ok_or(if is_tls(tag) { Lost::Tls } else { unknown })?;
        let body = body(length, head.len())?;
        let number = head[TAGGED..].first_chunk().map(|number| u32::from_be_bytes(*number));
        if tag == b'R' && number.is_none() && body >= 4 {
            return Ok(Head::Needs(TAGGED + 4));
        }
        let kind = number.and_then(authentication).unwrap_or(kind);
        Ok(Head::Is { kind: Kind::general(kind), body })
    }
}
