//! What the demo needs of a client, whatever it speaks.

use std::io;
use std::net::SocketAddr;

use chaosgate::AnyGate;
use chaosgate_trial::{Failure, Probe};
use tokio::time::Instant;

use super::seen::Seen;
use super::service::Service;
use super::showing::Showing;

/// A client, with the server that it asks and the conditions that it shows. As a [`Probe`] it asks
/// for the value that it has stored.
pub(super) trait Client: Probe + Sized + 'static {
    /// What the gate between the two passes.
    type Protocol: chaosgate::Protocol;
    /// What it can do under a condition.
    type Deed: Copy + Send + Sync + 'static;

    /// The conditions in their order.
    const SHOWINGS: &'static [Showing<Self::Deed>];

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
    fn warm_up(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Does something under the condition that was set at `since`.
    fn act(&mut self, deed: Self::Deed, since: Instant) -> impl Future<Output = Seen> + Send;

    /// Goes, so that no connection of the gate is left to wait for it.
    fn leave(&mut self, gate: &AnyGate);
}
