//! A gate of either protocol: stopping it, and what it is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chaosgate_faults::{How, Transport};
use parking_lot::{Mutex, MutexGuard};

use crate::descriptors;
use crate::error::StartError;
use crate::listening::ListenAt;
use crate::route::Route;
use crate::shared::{Settings, Shared};
use crate::sockets::Sockets;

/// A gate of either protocol: what can be done with every gate.
///
/// A [`TcpGate`](crate::TcpGate) and a [`UdpGate`](crate::UdpGate) each dereference to one, and become
/// one by `from`. All clones are the same gate, which stops when the last of them is dropped.
///
/// ```
/// use chaosgate::{AnyGate, Direction, Drop, Route, TcpGate, UdpGate};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let web = TcpGate::start_on(Route::to("localhost:80"))?;
/// let names = UdpGate::start_on(Route::to("localhost:53"))?;
/// let gates: [AnyGate; 2] = [web.into(), names.into()];
/// for gate in &gates {
///     gate.faults(Direction::ToClient).add(Drop::default())?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AnyGate {
    pub(super) core: Arc<Core>,
}

/// A gate, which stops when its last handle is dropped.
pub(super) struct Core {
    pub(super) shared: Arc<Shared>,
    /// Held for a few system calls, and never across a wait.
    listening: Mutex<Sockets>,
}

impl AnyGate {
    /// One that has yet to be started.
    pub(super) fn new(shared: Shared) -> Self {
        let listening = Mutex::new(Sockets::none(shared.transport));
        AnyGate { core: Arc::new(Core { shared: Arc::new(shared), listening }) }
    }

    #[cfg(test)]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.core.shared
    }

    pub(super) fn listening(&self) -> MutexGuard<'_, Sockets> {
        self.core.listening.lock()
    }

    /// The same, if nobody holds it.
    pub(super) fn try_listening(&self) -> Option<MutexGuard<'_, Sockets>> {
        self.core.listening.try_lock()
    }
}

/// Stopping.
impl AnyGate {
    /// Whether there may be a server on this route, and descriptors to listen with.
    pub(super) fn check(&self, route: &Route) -> Result<(), StartError> {
        let settings = &self.core.shared.settings;
        if settings.checks_upstream {
            Route::check_upstream(&route.upstream)?;
        }
        // Who starts it may be one of those to whom they are left; a quarter stays for the others.
        descriptors::leave_next(settings.left / 4)
            .map_err(|source| StartError::Listen { listen: route.listen.clone(), source })
    }

    /// Closes the listener and all connections, in order; what is under way is discarded. From
    /// then on clients are refused. The faults stay, and [`start`](AnyGate::start) comes back on
    /// the same addresses.
    pub fn stop(&self) {
        self.core.stop();
    }

    /// Waits until every socket of every client has been closed: after [`stop`](AnyGate::stop), up
    /// to a second for peers that do not close theirs.
    pub async fn wait_closed(&self) {
        let registry = &self.core.shared.registry;
        loop {
            let changed = registry.changed.notified();
            if registry.task_count() == 0 {
                return;
            }
            changed.await;
        }
    }
}

/// What it is.
impl AnyGate {
    /// Its route, which [`reroute`](AnyGate::reroute) changes.
    pub fn route(&self) -> Arc<Route> {
        self.core.shared.route()
    }

    /// What it passes: the streams of TCP, or the datagrams of UDP.
    pub fn transport(&self) -> Transport {
        self.core.shared.transport
    }

    /// The seed that it was made with, from which every decision of chance comes until it
    /// [begins](AnyGate::begin_series) a series of another.
    pub fn seed(&self) -> u64 {
        self.core.shared.settings.seed
    }

    /// The seed from which what is set from now on draws: that of the series that it
    /// [has begun](AnyGate::begin_series) last, or the one that it was made with.
    pub fn series_seed(&self) -> u64 {
        self.core.shared.registry.series().0.seed()
    }

    /// What a client gets when the server cannot be reached, over TCP.
    pub fn on_dial_failure(&self) -> How {
        self.core.shared.settings.on_dial_failure
    }

    /// After what silence of both sides a connection ends, over UDP.
    pub fn idle(&self) -> Duration {
        self.core.shared.settings.idle
    }

    /// The most bytes that each direction of a connection holds.
    pub fn buffer(&self) -> usize {
        self.core.shared.settings.buffer
    }

    /// The most bytes that all connections hold together.
    pub fn buffer_total(&self) -> usize {
        self.core.shared.memory.limit()
    }

    /// Whether another was made with the same, but for its route: transport, seed, bounds and times, which no
    /// gate can change.
    pub fn is_made_like(&self, other: &AnyGate) -> bool {
        let of = |gate: &AnyGate| {
            let shared = &gate.core.shared;
            let Settings { seed, buffer, on_dial_failure, left, idle, .. } = shared.settings;
            let made_with = (seed, buffer, on_dial_failure, left, idle);
            (shared.transport, shared.memory.limit(), made_with)
        };
        of(self) == of(other)
    }

    /// Where clients connect: the first of its [addresses](AnyGate::addresses).
    ///
    /// Before its first start that is nowhere, `0.0.0.0:0`.
    pub fn address(&self) -> SocketAddr {
        self.addresses().first().copied().unwrap_or(SocketAddr::from(([0; 4], 0)))
    }

    /// Every address that it listens on, or listened on before it was stopped.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listening().addresses().to_vec()
    }

    /// The same, as others may be told to listen there; `None` if it has never listened.
    pub fn listen_at(&self) -> Option<ListenAt> {
        let addresses = self.addresses();
        let listen = self.route().listen.clone();
        (!addresses.is_empty()).then_some(ListenAt { listen, addresses })
    }

    /// Whether it has been started and not stopped. One that was given a runtime does not run any more
    /// when that has ended.
    pub fn is_running(&self) -> bool {
        self.listening().is_on() && !self.core.shared.has_ended()
    }
}

impl Core {
    fn stop(&self) {
        self.shut(&mut self.listening.lock());
    }

    /// Has it no sockets, which are locked, and no connections.
    pub(super) fn shut(&self, sockets: &mut Sockets) {
        sockets.end();
        self.shared.registry.shut(How::Fin);
        self.shared.faults.forget_past();
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.stop();
    }
}
