//! What the demo needs of a client, whatever it speaks.

use std::io;
use std::net::SocketAddr;

use chaosgate::AnyGate;
use tokio::time::Instant;

use super::condition::Condition;
use super::seen::Seen;
use super::service::Service;

/// A client, with the server that it asks and the conditions that it is shown under.
pub(super) trait Client: Sized + Send + 'static {
    /// What the gate between the two passes.
    type Protocol: chaosgate::Protocol;
    /// What it can do under a condition.
    type Deed: Copy + Send + Sync;

    /// The conditions in their order.
    const CONDITIONS: &'static [Condition<Self>];

    /// What it is, and how patient.
    fn introduction() -> String;

    /// Starts its server, on a free port of the loopback interface.
    fn serve() -> impl Future<Output = io::Result<Service>> + Send;

    /// A client of the server behind the gate at this address.
    fn new(gate: SocketAddr) -> Self;

    /// Begins anew, and stores a value before the network fails.
    ///
    /// # Errors
    ///
    /// What it saw in place of an answer.
    fn warm_up(&mut self) -> impl Future<Output = Result<(), Seen>> + Send;

    /// Does something under the condition that was set at `since`.
    fn act(&mut self, deed: Self::Deed, since: Instant) -> impl Future<Output = Seen> + Send;

    /// Asks for the value that it has stored, as one does that wants to recover.
    fn ask_again(&mut self) -> impl Future<Output = Seen> + Send;

    /// Goes, so that no connection of the gate is left to wait for it.
    fn leave(&mut self, gate: &AnyGate);
}
