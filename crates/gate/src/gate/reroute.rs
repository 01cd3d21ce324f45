//! How a gate begins, and how it moves to another route.

use super::AnyGate;
use super::moves::{Move, OpenConnections};
use super::together::move_together;
use crate::error::StartError;
use crate::listening::ListenAt;

/// Starting, and moving.
impl AnyGate {
    /// Starts it, or starts it again on the same addresses; without effect while it runs. A host
    /// name to listen on is looked up here, which waits for the system's resolver.
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is wrong with the route, or that the runtime has ended that it was given.
    pub fn start(&self) -> Result<(), StartError> {
        carry_out(Move::of(self).runs(true))
    }

    /// Goes on between other addresses: where clients connect, and where the server is, each as in a
    /// [`Route`](crate::Route), and as before if it is `None`. Who connects when this has returned comes to
    /// that server. Its name stays, and faults, hits, coins, the numbers of connections and all that it has
    /// counted.
    ///
    /// At addresses where it listens already it goes on without a moment in which clients are refused. A
    /// gate that is stopped listens there when it is started. A host name to listen on is looked up here,
    /// which waits for the system's resolver. Several gates move together by
    /// [`move_together`](crate::move_together).
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is wrong with the addresses, or that one of them is taken: by the gate
    /// itself, if it stands for others that this listens on. Nothing has changed then.
    pub fn reroute(
        &self,
        listen: Option<&str>,
        upstream: Option<&str>,
        open: OpenConnections,
    ) -> Result<(), StartError> {
        let mut to = Move::of(self).open(open);
        if let Some(listen) = listen {
            to = to.listen(ListenAt::look_up(listen)?);
        }
        if let Some(upstream) = upstream {
            to = to.upstream(upstream);
        }
        carry_out(to)
    }
}

/// Moves one alone.
fn carry_out(one: Move) -> Result<(), StartError> {
    move_together(&[one]).map_err(|error| error.source)
}
