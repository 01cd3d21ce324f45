//! What a gate passes.

use std::fmt;

use chaosgate::Transport;
use schemars::JsonSchema;
use serde::Serialize;

/// What a gate passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Streams over TCP.
    #[default]
    Tcp,
    /// Datagrams over UDP.
    Udp,
}

impl Protocol {
    /// Both protocols.
    pub const ALL: [Protocol; 2] = [Protocol::Tcp, Protocol::Udp];

    /// That of a gate for such traffic.
    pub fn of(transport: Transport) -> Self {
        match transport {
            Transport::Stream => Protocol::Tcp,
            Transport::Datagram => Protocol::Udp,
        }
    }

    /// The traffic that faults meet there.
    pub fn transport(self) -> Transport {
        match self {
            Protocol::Tcp => Transport::Stream,
            Protocol::Udp => Transport::Datagram,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        })
    }
}
