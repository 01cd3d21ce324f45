//! What differs between the gates of TCP and of UDP.

use std::fmt::Debug;

use chaosgate_faults::Transport;

use crate::listening::Listening;
use crate::{tcp, udp};

/// What a gate passes: [`Tcp`] or [`Udp`].
#[expect(private_bounds, reason = "the parts are nobody's business outside")]
pub trait Protocol: Parts + Debug + 'static {}

/// The streams of TCP.
#[derive(Debug)]
pub struct Tcp;

/// The datagrams of UDP.
#[derive(Debug)]
pub struct Udp;

impl Protocol for Tcp {}
impl Protocol for Udp {}

/// What a gate needs to pass it.
pub(crate) trait Parts {
    type Listening: Listening;
    const TRANSPORT: Transport;
}

impl Parts for Tcp {
    type Listening = tcp::Listening;
    const TRANSPORT: Transport = Transport::Stream;
}

impl Parts for Udp {
    type Listening = udp::Listening;
    const TRANSPORT: Transport = Transport::Datagram;
}
