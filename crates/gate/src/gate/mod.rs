//! What users hold of a gate: here starting and stopping it, in `builder.rs` how it is made, in
//! `control.rs` how it fails and heals, in `inspect.rs` its connections and events.

mod builder;
mod control;
mod inspect;
mod protocol;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use chaosgate_faults::How;

pub use builder::Builder;
pub(crate) use protocol::Parts;
pub use protocol::{Protocol, Tcp, Udp};

use crate::bind::{Socket, bind_all};
use crate::descriptors;
use crate::error::StartError;
use crate::listening::Listening;
use crate::lock::locked;
use crate::route::Route;
use crate::shared::Shared;

/// The sockets that a gate listens on.
type Sockets<P> = <<P as Parts>::Listening as Listening>::Socket;

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
/// use chaosgate::{Loss, Route, UdpGate, units::Ratio};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gate = UdpGate::start_on(Route::to("localhost:53"))?;
/// println!("clients ask {}", gate.address());
///
/// let lossy = gate.to_client().fault(Loss::new(Ratio::new(0.3)?))?;
/// // ... does the resolver ask again?
/// drop(lossy);
/// # Ok(())
/// # }
/// ```
pub type UdpGate = Gate<Udp>;

/// A gate between clients and a server; see [`TcpGate`] and [`UdpGate`].
///
/// It stops when it is dropped.
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
#[derive(Debug)]
pub struct Gate<P: Protocol> {
    pub(crate) shared: Arc<Shared>,
    /// Held for a few system calls, and never across a wait.
    listening: Mutex<P::Listening>,
}

/// Starting and stopping.
impl<P: Protocol> Gate<P> {
    fn new(shared: Shared) -> Self {
        Gate { shared: Arc::new(shared), listening: Mutex::default() }
    }

    /// Starts it, or starts it again on the same addresses; without effect while it runs. A host
    /// name to listen on is looked up here, which waits for the system's resolver.
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is wrong with the route, or that the runtime has ended that it was given.
    pub fn start(&self) -> Result<(), StartError> {
        if self.shared.has_ended() {
            return Err(StartError::RuntimeEnded);
        }
        if self.is_running() {
            return Ok(());
        }
        let upstream = &self.shared.route.upstream;
        if self.shared.settings.checks_upstream {
            Route::check_upstream(upstream)?;
        }
        // Who starts it may be one of those to whom they are left; a quarter stays for the others.
        descriptors::leave_next(self.shared.settings.left / 4).map_err(|source| {
            StartError::Listen { listen: self.shared.route.listen.clone(), source }
        })?;
        // The lock is not held meanwhile, since a resolver may take its time.
        let listeners = match (self.bind(), self.is_running()) {
            // Somebody else has started it meanwhile, and has the port.
            (Err(_), true) => return Ok(()),
            (bound, _) => bound?,
        };
        let leads_here = |own: &&Sockets<P>| self.shared.route.leads_to(own.address());
        if let Some(own) = listeners.iter().find(leads_here) {
            return Err(StartError::RouteToItself {
                upstream: upstream.clone(),
                listen: own.address(),
            });
        }
        self.listen_on(listeners)
    }

    /// Binds the addresses of before, or at the first start those of the route.
    fn bind(&self) -> Result<Vec<Sockets<P>>, StartError> {
        let before = self.addresses();
        if before.is_empty() {
            return bind_all(&self.shared.route.listen);
        }
        let mut listeners = Vec::new();
        for address in before {
            listeners.extend(bind_all::<Sockets<P>>(&address.to_string())?);
        }
        Ok(listeners)
    }

    fn listen_on(&self, listeners: Vec<Sockets<P>>) -> Result<(), StartError> {
        let mut listening = self.listening();
        if listening.is_on() {
            return Ok(());
        }
        self.shared.registry.open();
        listening.begin(&self.shared, listeners)
    }

    /// Closes the listener and all connections, in order; what is under way is discarded. From
    /// then on clients are refused. The faults stay, and [`start`](Gate::start) comes back on
    /// the same addresses.
    pub fn stop(&self) {
        let mut listening = self.listening();
        listening.end();
        self.shared.registry.shut(How::Fin);
        self.shared.faults.forget_past();
    }

    /// Waits until every socket of every client has been closed: after [`stop`](Gate::stop), up
    /// to a second for peers that do not close theirs.
    pub async fn wait_closed(&self) {
        loop {
            let changed = self.shared.registry.changed.notified();
            if self.shared.registry.task_count() == 0 {
                return;
            }
            changed.await;
        }
    }

    fn listening(&self) -> MutexGuard<'_, P::Listening> {
        locked(&self.listening)
    }
}

/// What it is.
impl<P: Protocol> Gate<P> {
    /// Its route.
    pub fn route(&self) -> &Route {
        &self.shared.route
    }

    /// The seed that it was made with, from which every decision of chance comes until it
    /// [begins](Gate::begin_series) a series of another.
    pub fn seed(&self) -> u64 {
        self.shared.settings.seed
    }

    /// Where clients connect: the first of its [addresses](Gate::addresses).
    ///
    /// Before its first start that is nowhere, `0.0.0.0:0`.
    pub fn address(&self) -> SocketAddr {
        self.addresses().first().copied().unwrap_or(SocketAddr::from(([0; 4], 0)))
    }

    /// Every address that it listens on, or listened on before it was stopped.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listening().addresses().to_vec()
    }

    /// Whether it has been started and not stopped. One that was given a runtime does not run any more
    /// when that has ended.
    pub fn is_running(&self) -> bool {
        self.listening().is_on() && !self.shared.has_ended()
    }
}

impl<P: Protocol> Drop for Gate<P> {
    fn drop(&mut self) {
        self.stop();
    }
}
