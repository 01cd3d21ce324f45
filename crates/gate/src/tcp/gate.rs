//! What users hold of a TCP gate.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chaosgate_faults::{Direction, How};
use tokio::runtime::Handle;
use tokio::sync::broadcast;
use tokio::task::AbortHandle;

use super::acceptor;
use super::listener::Listener;
use super::registry::{ConnectionInfo, Totals};
use crate::accepting::Accepting;
use crate::error::{AcceptingError, StartError, WaitError};
use crate::event::{ClosedBy, Event, What};
use crate::faults::Faults;
use crate::route::{self, Route};
use crate::shared::{Settings, Shared};

/// What a gate is made with.
#[derive(Debug, Clone)]
pub struct Builder {
    route: Route,
    settings: Settings,
    buffer_total: usize,
    runtime: Option<Handle>,
}

impl Builder {
    /// Where every decision of chance comes from. The default is drawn, and
    /// [shown](TcpGate::seed).
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// The most bytes that each direction of a connection holds, 64 MiB by default. Full means not
    /// reading, which the sender feels.
    #[must_use]
    pub fn buffer(mut self, bytes: usize) -> Self {
        self.settings.buffer = bytes;
        self
    }

    /// The most bytes that all connections hold together, 256 MiB by default.
    #[must_use]
    pub fn buffer_total(mut self, bytes: usize) -> Self {
        self.buffer_total = bytes;
        self
    }

    /// What a client gets when the server cannot be reached: a reset by default.
    #[must_use]
    pub fn on_dial_failure(mut self, how: How) -> Self {
        self.settings.on_dial_failure = how;
        self
    }

    /// The runtime that the gate works on; by default the one that it is made on.
    #[must_use]
    pub fn runtime(mut self, handle: Handle) -> Self {
        self.runtime = Some(handle);
        self
    }

    /// A gate that listens.
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is wrong with the route, or that there is no runtime.
    pub fn start(self) -> Result<TcpGate, StartError> {
        let gate = self.build()?;
        gate.start()?;
        Ok(gate)
    }

    /// A gate that is yet to be [started](TcpGate::start). Its faults can be set already.
    ///
    /// # Errors
    ///
    /// [`StartError::NoRuntime`].
    pub fn build(self) -> Result<TcpGate, StartError> {
        let runtime =
            self.runtime.or_else(|| Handle::try_current().ok()).ok_or(StartError::NoRuntime)?;
        let shared = Shared::new(self.route, self.settings, self.buffer_total, runtime);
        Ok(TcpGate { shared: Arc::new(shared), listening: Mutex::default() })
    }
}

/// A gate between TCP clients and a server.
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
pub struct TcpGate {
    shared: Arc<Shared>,
    /// Held for a few system calls, and never across a wait.
    listening: Mutex<Listening>,
}

#[derive(Debug, Default)]
struct Listening {
    listeners: Vec<Listener>,
    acceptors: Vec<AbortHandle>,
    /// Where it listened before: it comes back there.
    addresses: Vec<SocketAddr>,
}

/// Making, starting and stopping.
impl TcpGate {
    /// What a gate on this route is to be made with.
    pub fn builder(route: Route) -> Builder {
        Builder {
            route,
            settings: Settings {
                seed: rand::random(),
                buffer: 64 << 20,
                on_dial_failure: How::Reset,
            },
            buffer_total: 256 << 20,
            runtime: None,
        }
    }

    /// A gate that listens, with the defaults of [`Builder`].
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is wrong with the route, or that there is no runtime.
    pub fn start_on(route: Route) -> Result<Self, StartError> {
        TcpGate::builder(route).start()
    }

    /// Starts it, or starts it again on the same addresses; without effect while it runs. A host
    /// name to listen on is looked up here, which waits for the system's resolver.
    ///
    /// # Errors
    ///
    /// [`StartError`] says what is wrong with the route.
    pub fn start(&self) -> Result<(), StartError> {
        if self.is_running() {
            return Ok(());
        }
        let Route { listen, upstream, .. } = &self.shared.route;
        route::split(upstream).map_err(|reason| StartError::Address {
            what: "upstream",
            address: upstream.clone(),
            reason,
        })?;
        // The lock is not held meanwhile, since a resolver may take its time.
        let mut listeners = Vec::new();
        match self.addresses().as_slice() {
            [] => listeners = Listener::bind_all(listen)?,
            before => {
                for address in before {
                    listeners.extend(Listener::bind_all(&address.to_string())?);
                }
            }
        }
        if let Some(own) = listeners.iter().find(|own| self.shared.route.leads_to(own.address())) {
            return Err(StartError::RouteToItself {
                upstream: upstream.clone(),
                listen: own.address(),
            });
        }
        self.listen_on(listeners)
    }

    fn listen_on(&self, mut listeners: Vec<Listener>) -> Result<(), StartError> {
        let mut listening = self.listening();
        if !listening.listeners.is_empty() {
            return Ok(());
        }
        self.shared.registry.open();
        if self.accepting() == Accepting::Refuse {
            listeners.iter_mut().for_each(Listener::refuse);
        } else {
            let listen = &self.shared.route.listen;
            let failed = |source| StartError::Listen { listen: listen.clone(), source };
            listening.acceptors = self.acceptors(&listeners).map_err(failed)?;
        }
        listening.addresses = listeners.iter().map(Listener::address).collect();
        listening.listeners = listeners;
        Ok(())
    }

    /// Closes the listener and all connections, in order; what is under way is discarded. From
    /// then on clients are refused. The faults stay, and [`start`](TcpGate::start) comes back on
    /// the same addresses.
    pub fn stop(&self) {
        let mut listening = self.listening();
        listening.acceptors.drain(..).for_each(|acceptor| acceptor.abort());
        listening.listeners.clear();
        self.shared.registry.shut(How::Fin);
    }

    /// Waits until every socket of every client has been closed: after [`stop`](TcpGate::stop), up
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

    fn acceptors(&self, listeners: &[Listener]) -> std::io::Result<Vec<AbortHandle>> {
        let mut acceptors = Vec::new();
        for listener in listeners {
            match acceptor::start(&self.shared, listener) {
                Ok(acceptor) => acceptors.push(acceptor),
                Err(error) => {
                    acceptors.iter().for_each(AbortHandle::abort);
                    return Err(error);
                }
            }
        }
        Ok(acceptors)
    }

    fn listening(&self) -> MutexGuard<'_, Listening> {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What it is.
impl TcpGate {
    /// Its route.
    pub fn route(&self) -> &Route {
        &self.shared.route
    }

    /// The seed that every decision of chance comes from.
    pub fn seed(&self) -> u64 {
        self.shared.settings.seed
    }

    /// Where clients connect: the first of its [addresses](TcpGate::addresses).
    ///
    /// Before its first start that is nowhere, `0.0.0.0:0`.
    pub fn address(&self) -> SocketAddr {
        self.addresses().first().copied().unwrap_or(SocketAddr::from(([0; 4], 0)))
    }

    /// Every address that it listens on, or listened on before it was stopped.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listening().addresses.clone()
    }

    /// Whether it has been started and not stopped.
    pub fn is_running(&self) -> bool {
        !self.listening().listeners.is_empty()
    }
}

/// How the network fails.
impl TcpGate {
    /// The faults on the way to the server.
    pub fn to_server(&self) -> Faults {
        Faults::new(self.shared.clone(), &[Direction::ToServer])
    }

    /// The faults on the way to the client.
    pub fn to_client(&self) -> Faults {
        Faults::new(self.shared.clone(), &[Direction::ToClient])
    }

    /// The faults of both directions, which change together. A latency in both makes a round trip
    /// of twice as much.
    pub fn both(&self) -> Faults {
        Faults::new(self.shared.clone(), &Direction::BOTH)
    }

    /// How it takes new clients.
    pub fn accepting(&self) -> Accepting {
        *self.shared.accepting.borrow()
    }

    /// Changes how it takes new clients: all that connect from the moment this has returned.
    ///
    /// # Errors
    ///
    /// [`AcceptingError`] if it refused and its port is taken now; it goes on refusing.
    pub fn set_accepting(&self, accepting: Accepting) -> Result<(), AcceptingError> {
        let mut listening = self.listening();
        let before = self.accepting();
        if before == accepting {
            return Ok(());
        }
        if before == Accepting::Refuse {
            self.listen_again(&mut listening, accepting)?;
        }
        self.shared.accepting.send_replace(accepting);
        if accepting == Accepting::Refuse {
            listening.acceptors.drain(..).for_each(|acceptor| acceptor.abort());
            listening.listeners.iter_mut().for_each(Listener::refuse);
        }
        self.shared.events.note(None, What::AcceptingSet { accepting });
        Ok(())
    }

    fn listen_again(&self, listening: &mut Listening, to: Accepting) -> Result<(), AcceptingError> {
        let failed = |address, source| AcceptingError::Listen {
            from: Accepting::Refuse,
            to,
            address,
            source,
        };
        let mut result = Ok(());
        for listener in &mut listening.listeners {
            let address = listener.address();
            result =
                result.and_then(|()| listener.resume().map_err(|source| failed(address, source)));
        }
        let acceptors = result.and_then(|()| {
            self.acceptors(&listening.listeners)
                .map_err(|source| failed(listening.addresses[0], source))
        });
        match acceptors {
            Ok(acceptors) => listening.acceptors = acceptors,
            Err(error) => {
                listening.listeners.iter_mut().for_each(Listener::refuse);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Heals it: no faults, and new clients are accepted.
    ///
    /// # Errors
    ///
    /// [`AcceptingError`] if it refused and its port is taken now; the faults are gone all the
    /// same.
    pub fn heal(&self) -> Result<(), AcceptingError> {
        self.both().pass();
        self.set_accepting(Accepting::Accept)
    }
}

/// Connections and events.
impl TcpGate {
    /// The connections that stand.
    pub fn connections(&self) -> Vec<ConnectionInfo> {
        self.shared.registry.connections()
    }

    /// How many connections stand.
    pub fn connection_count(&self) -> usize {
        self.shared.registry.connection_count()
    }

    /// Waits until at least `wanted` connections stand; returns at once if they do.
    ///
    /// # Errors
    ///
    /// If there were fewer `within` that time.
    pub async fn wait_for_connections(
        &self,
        wanted: usize,
        within: Duration,
    ) -> Result<(), WaitError> {
        self.wait_for("connections", wanted as u64, within, |count| count >= wanted).await
    }

    /// Waits until no connection stands any more.
    ///
    /// # Errors
    ///
    /// If there was one still `within` that time.
    pub async fn wait_for_no_connections(&self, within: Duration) -> Result<(), WaitError> {
        self.wait_for("connections left", 0, within, |count| count == 0).await
    }

    async fn wait_for(
        &self,
        what: &str,
        wanted: u64,
        within: Duration,
        is_met: impl Fn(usize) -> bool,
    ) -> Result<(), WaitError> {
        let met = async {
            loop {
                let changed = self.shared.registry.changed.notified();
                if is_met(self.connection_count()) {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(within, met).await.map_err(|_| WaitError {
            what: what.to_owned(),
            wanted,
            got: self.connection_count() as u64,
            within,
        })
    }

    /// Closes all connections, and clients that wait to be connected; what is under way is
    /// discarded. They are not counted any more when this returns. Gives their number.
    pub fn close_connections(&self, how: How) -> usize {
        self.shared.registry.close(&ClosedBy::Call, how, |_| true)
    }

    /// Closes at most `count` connections, the oldest first. Gives their number.
    pub fn close_some(&self, count: usize, how: How) -> usize {
        let mut left = count;
        self.shared.registry.close(&ClosedBy::Call, how, |_| {
            let chosen = left > 0;
            left = left.saturating_sub(1);
            chosen
        })
    }

    /// Closes the connection of this number. Whether there was one.
    pub fn close_connection(&self, number: u64, how: How) -> bool {
        self.shared.registry.close(&ClosedBy::Call, how, |client| client.number == number) > 0
    }

    /// What has gone through it since it was made; the numbers move while connections are open.
    pub fn totals(&self) -> Totals {
        self.shared.registry.totals()
    }

    /// The last 1,000 events, the oldest first.
    pub fn events(&self) -> Vec<Event> {
        self.shared.events.remembered()
    }

    /// The events from now on. One who is 1,000 events behind is told how many it has missed.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.shared.events.subscribe()
    }
}

impl Drop for TcpGate {
    fn drop(&mut self) {
        self.stop();
    }
}
