//! How a gate takes new clients.

use std::fmt;

/// What becomes of clients that connect from now on. Connections that stand already go on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Accepting {
    /// They are connected to the server.
    #[default]
    Accept,
    /// Nobody accepts: the kernel completes the handshake, so the client is connected, and nobody
    /// answers. Held clients are served once the gate accepts again.
    Hold,
    /// They get "connection refused", as if no server ran.
    Refuse,
    /// They are accepted and reset at once.
    Reset,
    /// They are accepted, and nothing is ever read or written. They are reset when this ends.
    Mute,
}

impl Accepting {
    /// The name in documents and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Accepting::Accept => "accept",
            Accepting::Hold => "hold",
            Accepting::Refuse => "refuse",
            Accepting::Reset => "reset",
            Accepting::Mute => "mute",
        }
    }
}

impl fmt::Display for Accepting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
