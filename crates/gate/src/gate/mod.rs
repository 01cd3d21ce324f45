//! What users hold of a gate: here one whose protocol is known, in `any.rs` one of either protocol, with
//! stopping it; in `builder.rs` how it is made, in `control.rs` how it fails and heals, in
//! `inspect.rs` its connections and events, in `debug.rs` how `{:?}` shows it, in `reroute.rs` how it begins and moves; in `moves.rs` how a
//! gate is to move, in `target.rs` what it comes to, in `together.rs` how many move together.

mod any;
mod builder;
mod control;
mod debug;
mod inspect;
mod moves;
mod protocol;
mod reroute;
mod target;
mod together;

use std::marker::PhantomData;
use std::ops::Deref;

pub use any::AnyGate;
pub use builder::Builder;
pub use moves::{Move, OpenConnections};
pub use protocol::{Protocol, Tcp, Udp};
pub use together::{MoveError, move_together};

/// A gate between clients and a server that speak TCP.
pub type TcpGate = Gate<Tcp>;

/// A gate between clients and a server that exchange datagrams over UDP.
///
/// Each client address has a connection of its own: a socket of its own to the server, which
/// therefore sees a distinct and stable address for each client. It begins with the client's first
/// datagram, and ends when it has been silent for the [idle time](Builder::idle), or is closed; the
/// next datagram begins a new one.
///
/// What waits for a fault or for the server is bounded: what finds no room is discarded and
/// [counted](crate::Volume::dropped), as a network would.
///
/// ```
/// use chaosgate::{Loss, Route, UdpGate};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gate = UdpGate::start_on(Route::to("localhost:53"))?;
/// println!("clients ask {}", gate.address());
///
/// let lossy = gate.to_client().fault(Loss::new("30%")?)?;
/// // ... does the resolver ask again?
/// drop(lossy);
/// # Ok(())
/// # }
/// ```
pub type UdpGate = Gate<Udp>;

/// A gate between clients and a server, of a known protocol; see [`TcpGate`] and [`UdpGate`].
///
/// What it can do is what [every gate](AnyGate) can. All clones are the same gate, which stops when the
/// last of them is dropped.
///
/// ```
/// use std::time::Duration;
/// use chaosgate::{Latency, Route, TcpGate};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gate = TcpGate::start_on(Route::to("localhost:5432"))?;
/// println!("clients connect to {}", gate.address());
///
/// let slow = gate.to_client().fault(Latency::new(Duration::from_millis(100)))?;
/// // ... what does the service do?
/// drop(slow);
/// // ... has it recovered?
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Gate<P: Protocol> {
    any: AnyGate,
    protocol: PhantomData<fn() -> P>,
}

impl<P: Protocol> Deref for Gate<P> {
    type Target = AnyGate;

    fn deref(&self) -> &AnyGate {
        &self.any
    }
}

impl<P: Protocol> From<Gate<P>> for AnyGate {
    fn from(gate: Gate<P>) -> Self {
        gate.any
    }
}
