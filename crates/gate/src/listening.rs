//! What a protocol does with the sockets that clients reach.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::accepting::Accepting;
use crate::bind::Socket;
use crate::error::{AcceptingError, StartError};
use crate::shared::Shared;

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
