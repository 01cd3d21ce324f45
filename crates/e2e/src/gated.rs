//! A client behind a gate of its own.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use chaosgate::{AnyGate, Gate, Protocol, Route, StartError};

/// How long whatever is waited for may take: it is there to end a test that fails.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// One that asks a server.
pub trait Client: Send + Sync + Sized + 'static {
    /// Its name.
    const NAME: &'static str;

    /// How long it waits if it is to give up soon.
    const BRIEF: Duration;

    /// What goes between it and its server.
    type Protocol: Protocol;

    /// A client of the server at `addr`, without a connection yet.
    fn at(addr: SocketAddr) -> Self;
}

/// A client, and the gate between it and its server. The gate's timeline is printed if the test
/// that has it panics.
#[derive(Debug)]
pub struct Gated<C> {
    /// The gate.
    pub gate: AnyGate,
    /// The client, which knows the gate for its server.
    pub client: C,
}

impl<C: Client> Gated<C> {
    /// A gate before the server at `server`, and a client of it without a connection yet.
    ///
    /// # Errors
    ///
    /// If the gate cannot start.
    pub fn before(server: SocketAddr) -> Result<Self, StartError> {
        let gate = Gate::<C::Protocol>::start_on(Route::to(server))?;
        let client = C::at(gate.address());
        Ok(Self { gate: gate.into(), client })
    }

    /// The numbers of the gate's connections.
    pub fn connections(&self) -> Vec<u64> {
        self.gate.connections().iter().map(|connection| connection.number).collect()
    }
}

impl<C> Drop for Gated<C> {
    fn drop(&mut self) {
        if thread::panicking() {
            for event in self.gate.events() {
                eprintln!("    {event}");
            }
        }
    }
}
