//! The sockets of a gate that clients reach, whatever it passes.

use std::ops::{Deref, DerefMut};

use chaosgate_faults::Transport;

use crate::listening::Listening;
use crate::{tcp, udp};

/// The sockets of a gate of either transport.
#[derive(Debug)]
pub(crate) enum Sockets {
    Stream(tcp::Listening),
    Datagram(udp::Listening),
}

impl Sockets {
    /// Those of a gate that has yet to be started: none.
    pub(crate) fn none(transport: Transport) -> Self {
        match transport {
            Transport::Stream => Sockets::Stream(tcp::Listening::default()),
            Transport::Datagram => Sockets::Datagram(udp::Listening::default()),
        }
    }
}

impl Deref for Sockets {
    type Target = dyn Listening;

    fn deref(&self) -> &Self::Target {
        match self {
            Sockets::Stream(listening) => listening,
            Sockets::Datagram(listening) => listening,
        }
    }
}

impl DerefMut for Sockets {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Sockets::Stream(listening) => listening,
            Sockets::Datagram(listening) => listening,
        }
    }
}
