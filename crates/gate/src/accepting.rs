//! How a gate takes new clients.

use std::fmt;

use chaosgate_faults::Transport;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What becomes of clients that connect from now on. Connections that stand already go on.
///
/// A UDP gate has the first three: it can hold datagrams, in the socket that all its clients share,
/// or refuse them. Both concern the datagrams of all clients, also of those that have a connection;
/// answers go on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
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
    /// Their connects time out, as if the server were unreachable: the kernel drops their SYN. One
    /// that still waits when this ends gets in when it sends its next one, which takes it about a
    /// second; new ones get in at once. On Linux only.
    Timeout,
}

impl Accepting {
    /// Every way there is.
    pub const ALL: [Accepting; 6] = [
        Accepting::Accept,
        Accepting::Hold,
        Accepting::Refuse,
        Accepting::Reset,
        Accepting::Mute,
        Accepting::Timeout,
    ];

    /// Whether a gate for such traffic can take its clients in this way: there is no handshake of
    /// datagrams that could fail.
    pub fn suits(self, transport: Transport) -> bool {
        match transport {
            Transport::Stream => true,
            Transport::Datagram => {
                matches!(self, Accepting::Accept | Accepting::Hold | Accepting::Refuse)
            }
        }
    }

    /// Whether the gate takes clients off the kernel's queue; they wait there otherwise.
    pub(crate) fn takes(self) -> bool {
        !matches!(self, Accepting::Hold | Accepting::Refuse | Accepting::Timeout)
    }

    /// The name in documents and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Accepting::Accept => "accept",
            Accepting::Hold => "hold",
            Accepting::Refuse => "refuse",
            Accepting::Reset => "reset",
            Accepting::Mute => "mute",
            Accepting::Timeout => "timeout",
        }
    }
}

impl fmt::Display for Accepting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
