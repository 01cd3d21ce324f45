//! What the sockets of a gate that clients reach can do, whatever it passes.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::accepting::Accepting;
use crate::bind::resolve;
use crate::error::{AcceptingError, StartError};
use crate::shared::Shared;

/// All sockets of a gate that clients reach, and what takes clients off them.
pub(crate) trait Listening: Debug + Send {
    fn is_on(&self) -> bool;

    /// Where it listens, or did.
    fn addresses(&self) -> &[SocketAddr];

    /// Closes the sockets.
    fn end(&mut self);

    /// Forgets where it listened.
    fn forget_addresses(&mut self);

    /// Changes the way of accepting. On an error it is as before.
    fn change(&mut self, shared: &Arc<Shared>, to: Accepting) -> Result<(), AcceptingError>;
}

/// Where a gate is to listen: as it is written, and the addresses that this stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListenAt {
    pub(crate) listen: String,
    /// Nothing, if it is not to listen.
    pub(crate) addresses: Vec<SocketAddr>,
}

impl ListenAt {
    /// Looks up the addresses that `listen` stands for, as in a [`Route`](crate::Route), which waits for the
    /// system's resolver.
    ///
    /// # Errors
    ///
    /// [`StartError::Address`], [`StartError::Url`] and [`StartError::Resolve`].
    pub fn look_up(listen: &str) -> Result<Self, StartError> {
        Ok(ListenAt { listen: listen.to_owned(), addresses: resolve(listen)? })
    }
}

/// How gates of one transport change their places: what may fail is done first, for all of them.
pub(crate) trait Movable: Listening {
    /// What a gate leaves, of which another may go on with the socket.
    type Left;

    /// What a gate is to go on with, as well as what it has.
    type Ready: Debug;

    /// Those of its sockets that are not at these addresses.
    fn elsewhere(&self, staying: &[SocketAddr]) -> Vec<&Self::Left>;

    /// Gets ready to go on at these addresses, in this way of accepting: as before where it listens
    /// already, with what others of its transport are `leaving`, which is taken out of there, and else with
    /// sockets of its own. On an error all is as before.
    fn prepare(
        &self,
        shared: &Arc<Shared>,
        at: &ListenAt,
        accepting: Accepting,
        leaving: &mut Vec<&Self::Left>,
    ) -> Result<Self::Ready, StartError>;

    /// Where it will listen.
    fn addresses_of(ready: &Self::Ready) -> &[SocketAddr];

    /// Gives up what is [`elsewhere`](Movable::elsewhere).
    fn leave(&mut self, shared: &Shared, staying: &[SocketAddr]) -> Vec<Self::Left>;

    /// Goes on with what is ready, and with what it takes out of what others have `left`.
    fn settle(&mut self, shared: &Arc<Shared>, ready: Self::Ready, left: &mut Vec<Self::Left>);
}
