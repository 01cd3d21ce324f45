//! How a gate moves to another route.

use chaosgate_faults::How;

use super::AnyGate;
use super::moves::Move;
use crate::error::StartError;
use crate::listening::ListenAt;

/// What becomes of the connections that stand when a gate moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenConnections {
    /// They stay with the server that they have. A client of UDP whose address to send to goes has no
    /// connection any more.
    Stay,
    /// They end, and with them the clients that wait to be connected; what is under way is discarded.
    End(How),
}

/// Moving.
impl AnyGate {
    /// Goes on between other addresses: where clients connect, and where the server is, each as in a
    /// [`Route`](crate::Route), and as before if it is `None`. Who connects when this has returned comes to
    /// that server. Its name stays, and faults, hits, coins, the numbers of connections and all that it has
    /// counted.
    ///
    /// At addresses where it listens already it goes on without a moment in which clients are refused. A
    /// gate that is stopped listens there when it is started. A host name to listen on is looked up here,
    /// which waits for the system's resolver. Several gates move together by [`move_together`].
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
        to.carry_out()
    }
}
