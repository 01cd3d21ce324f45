//! How a gate is to move.

use std::sync::Arc;

use chaosgate_faults::How;

use super::AnyGate;
use crate::accepting::Accepting;
use crate::listening::ListenAt;
use crate::shared::Shared;

/// What becomes of the connections that stand when a gate moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenConnections {
    /// They stay with the server that they have. A client of UDP whose address to send to goes has no
    /// connection any more.
    Stay,
    /// They end, and with them the clients that wait to be connected; what is under way is discarded.
    End(How),
}

/// What is to become of a gate when several [move together](crate::move_together): without more than
/// the gate it stays where it is, running or not.
#[derive(Debug, Clone)]
pub struct Move {
    pub(super) gate: AnyGate,
    pub(super) listen: Option<ListenAt>,
    pub(super) upstream: Option<String>,
    pub(super) runs: Option<bool>,
    pub(super) accepting: Option<Accepting>,
    pub(super) open: OpenConnections,
}

impl Move {
    /// Of this gate.
    pub fn of(gate: &AnyGate) -> Self {
        let (gate, open) = (gate.clone(), OpenConnections::Stay);
        Move { gate, listen: None, upstream: None, runs: None, accepting: None, open }
    }

    /// Clients are to connect there.
    #[must_use]
    pub fn listen(mut self, at: ListenAt) -> Self {
        self.listen = Some(at);
        self
    }

    /// The server is to be there, as in a [`Route`](crate::Route).
    #[must_use]
    pub fn upstream(mut self, upstream: impl Into<String>) -> Self {
        self.upstream = Some(upstream.into());
        self
    }

    /// Whether it is to run.
    #[must_use]
    pub fn runs(mut self, runs: bool) -> Self {
        self.runs = Some(runs);
        self
    }

    /// How it is to take clients.
    #[must_use]
    pub fn accepting(mut self, accepting: Accepting) -> Self {
        self.accepting = Some(accepting);
        self
    }

    /// What becomes of its connections, if it goes on running. By default they stay.
    #[must_use]
    pub fn open(mut self, open: OpenConnections) -> Self {
        self.open = open;
        self
    }

    /// Whether it is to have another route, or perhaps the same.
    pub(super) fn is_to_another_route(&self) -> bool {
        self.listen.is_some() || self.upstream.is_some()
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.gate.core.shared
    }
}
