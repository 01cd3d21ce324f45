//! What differs between the gates of TCP and of UDP.

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use chaosgate_faults::Transport;

use crate::accepting::Accepting;
use crate::error::{AcceptingError, StartError};
use crate::shared::Shared;
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

/// A socket that clients reach.
pub(crate) trait Socket: Sized {
    /// A free port, at `address` but for that, with what keeps it free if there is such a thing.
    fn probe(address: SocketAddr) -> io::Result<(SocketAddr, Option<socket2::Socket>)>;

    /// Binds it. The port is not 0.
    fn bind(address: SocketAddr) -> io::Result<Self>;

    /// Where it is bound.
    fn address(&self) -> SocketAddr;
}

/// All sockets of a gate that clients reach, and what takes clients off them.
pub(crate) trait Listening: Debug + Default + Send {
    type Socket: Socket;

    fn is_on(&self) -> bool;

    /// Where it listens, or did.
    fn addresses(&self) -> &[SocketAddr];

    /// Begins with these sockets, in the way of accepting that has been set.
    fn begin(&mut self, shared: &Arc<Shared>, sockets: Vec<Self::Socket>)
    -> Result<(), StartError>;

    /// Closes the sockets.
    fn end(&mut self);

    /// Changes the way of accepting. On an error it is as before.
    fn change(&mut self, shared: &Arc<Shared>, to: Accepting) -> Result<(), AcceptingError>;
}
