//! A service behind a gate of its own.

use std::{net::SocketAddr, thread, time::Duration};

use chaosgate::{Direction, Faults, Route, StartError, TcpGate, Totals, WaitError};

use crate::Service;

/// How long whatever is waited for may take: it is there to end a test that fails.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// A client, and the gate between it and its server. The gate's timeline is printed if the test that has it panics.
#[derive(Debug)]
pub struct Gated<S> {
    /// The gate.
    pub gate: TcpGate,
    /// The client, which knows the gate for its server.
    pub service: S,
}

impl<S: Service> Gated<S> {
    /// A gate before the server at `server`, and a client of it without a connection yet.
    ///
    /// # Errors
    /// If the gate cannot start.
    pub fn before(server: SocketAddr) -> Result<Self, StartError> {
        let gate = TcpGate::start_on(Route::to(server.to_string()))?;
        let service = S::at(gate.address());
        Ok(Self { gate, service })
    }

    /// The numbers of the gate's connections.
    pub fn connections(&self) -> Vec<u64> {
        self.gate.connections().iter().map(|connection| connection.number).collect()
    }

    /// Has the client close the connections that it keeps, and waits until the gate has none left.
    pub(crate) async fn close_kept_connections(&self) -> Result<(), WaitError> {
        self.service.forget();
        self.gate.wait_for_no_connections(LIMIT).await
    }

    /// The faults of one direction, or of both.
    pub(crate) fn faults(&self, direction: Option<Direction>) -> Faults {
        direction.map_or_else(|| self.gate.both(), |way| self.gate.faults(way))
    }

    /// How many bytes the gate has passed on in one direction, or in both.
    pub(crate) fn passed_on(&self, direction: Option<Direction>) -> u64 {
        sent(&self.gate.totals(), direction)
    }
}

/// How many bytes of these totals were passed on in one direction, or in both.
pub(crate) fn sent(totals: &Totals, direction: Option<Direction>) -> u64 {
    let both = || totals.to_server.sent + totals.to_client.sent;
    direction.map_or_else(both, |way| totals.of(way).sent)
}

impl<S> Drop for Gated<S> {
    fn drop(&mut self) {
        if thread::panicking() {
            for event in self.gate.events() {
                eprintln!("    {event}");
            }
        }
    }
}
