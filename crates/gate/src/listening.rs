//! The sockets of a gate that clients reach, whatever it passes.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;

use chaosgate_faults::Transport;

use crate::accepting::Accepting;
use crate::error::{AcceptingError, StartError};
use crate::shared::Shared;
use crate::{tcp, udp};

/// Binds the sockets of a gate to every address that each of `listen` stands for.
pub(crate) fn bind(shared: &Shared, listen: &[String]) -> Result<Box<dyn Listening>, StartError> {
    Ok(match shared.transport {
        Transport::Stream => Box::new(tcp::Listening::bind(listen)?),
        Transport::Datagram => Box::new(udp::Listening::bind(shared, listen)?),
    })
}

/// All sockets of a gate that clients reach, and what takes clients off them.
pub(crate) trait Listening: Debug + Send {
    fn is_on(&self) -> bool;

    /// Where it listens, or did.
    fn addresses(&self) -> &[SocketAddr];

    /// Begins to take clients, in the way of accepting that has been set.
    fn begin(&mut self, shared: &Arc<Shared>) -> Result<(), StartError>;

    /// Goes on at these addresses, for which `listen` stands: as before where it listens already, and where
    /// it does not in the way of accepting that has been set. `check` is shown all of them first. On an
    /// error it is as before.
    fn move_to(
        &mut self,
        shared: &Arc<Shared>,
        listen: &str,
        addresses: &[SocketAddr],
        check: &dyn Fn(&[SocketAddr]) -> Result<(), StartError>,
    ) -> Result<(), StartError>;

    /// Closes the sockets.
    fn end(&mut self);

    /// Forgets where it listened.
    fn forget_addresses(&mut self);

    /// Changes the way of accepting. On an error it is as before.
    fn change(&mut self, shared: &Arc<Shared>, to: Accepting) -> Result<(), AcceptingError>;
}
