//! What differs between the gates of TCP and of UDP.

use std::fmt::Debug;

use chaosgate_faults::Transport;

/// What a gate passes: [`Tcp`] or [`Udp`].
#[expect(private_bounds, reason = "no gate passes anything else")]
pub trait Protocol: Passes + Debug + Clone + 'static {}

/// The streams of TCP.
#[derive(Debug, Clone)]
pub struct Tcp;

/// The datagrams of UDP.
#[derive(Debug, Clone)]
pub struct Udp;

impl Protocol for Tcp {}
impl Protocol for Udp {}

/// What it passes, as a value.
pub(crate) trait Passes {
    const TRANSPORT: Transport;
}

impl Passes for Tcp {
    const TRANSPORT: Transport = Transport::Stream;
}

impl Passes for Udp {
    const TRANSPORT: Transport = Transport::Datagram;
}
