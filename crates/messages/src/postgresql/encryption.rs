//! What the two directions tell each other about encryption.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use crate::Lost;

/// How far a connection has come to encryption. The answer to the question has no tag and no length: without the
/// question it cannot be told from a message.
#[derive(Debug, Default)]
pub(super) struct Encryption(AtomicU8);

/// What the client has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Tls,
    Gss,
}

const NONE: u8 = 0;
const TLS_ASKED: u8 = 1;
const GSS_ASKED: u8 = 2;
const TLS: u8 = 3;
const GSS: u8 = 4;

impl Encryption {
    pub(super) fn ask(&self, what: Asked) {
        let state = if what == Asked::Tls { TLS_ASKED } else { GSS_ASKED };
        self.0.store(state, Relaxed);
    }

    /// What the server has yet to answer to.
    pub(super) fn asked(&self) -> Option<Asked> {
        match self.0.load(Relaxed) {
            TLS_ASKED => Some(Asked::Tls),
            GSS_ASKED => Some(Asked::Gss),
            _ => None,
        }
    }

    /// The server has answered.
    pub(super) fn answer(&self, agreed: Option<Asked>) {
        let state = match agreed {
            None => NONE,
            Some(Asked::Tls) => TLS,
            Some(Asked::Gss) => GSS,
        };
        self.0.store(state, Relaxed);
    }

    /// An error, if what follows is encrypted.
    pub(super) fn check(&self) -> Result<(), Lost> {
        match self.0.load(Relaxed) {
            TLS => Err(Lost::Tls),
            GSS => Err(Lost::Gss),
            _ => Ok(()),
        }
    }
}
