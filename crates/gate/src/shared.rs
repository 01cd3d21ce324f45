//! What a gate, its tasks and its handles share.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chaosgate_faults::{Direction, Entry, FaultList, How, ListError, Tally, Transport};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

use crate::accepting::Accepting;
use crate::client::Client;
use crate::event::What;
use crate::events::Events;
use crate::fault_lists::FaultLists;
use crate::memory::Memory;
use crate::registry::Registry;
use crate::route::Route;
use crate::timer::Timers;

/// What a gate was made with.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) buffer: usize,
    pub(crate) on_dial_failure: How,
    /// Whether a start fails for an upstream that is no address.
    pub(crate) checks_upstream: bool,
    /// How many of the last descriptors it leaves to others.
    pub(crate) left: u64,
    /// After what silence a connection without an end ends.
    pub(crate) idle: Duration,
}

/// The state of a gate.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Its route now.
    route: ArcSwap<Route>,
    pub(crate) settings: Settings,
    pub(crate) transport: Transport,
    pub(crate) runtime: Handle,
    pub(crate) timers: Arc<Timers>,
    pub(crate) faults: FaultLists,
    pub(crate) events: Events,
    pub(crate) registry: Registry,
    pub(crate) memory: Arc<Memory>,
    pub(crate) accepting: watch::Sender<Accepting>,
    /// Notified when a fault has hit.
    pub(crate) hit: Notify,
}

impl Shared {
    pub(crate) fn new(
        route: Route,
        settings: Settings,
        buffer_total: usize,
        transport: Transport,
        runtime: Handle,
    ) -> Self {
        Shared {
            events: Events::new(&route.name),
            registry: Registry::new(settings.seed),
            route: ArcSwap::from_pointee(route),
            settings,
            faults: FaultLists::new(transport),
            transport,
            timers: Timers::of(&runtime),
            runtime,
            memory: Arc::new(Memory::new(buffer_total)),
            accepting: watch::Sender::default(),
            hit: Notify::new(),
        }
    }

    /// Tells the client, the gate's events and those who wait for hits of what an entry has done and
    /// counted. What is lost without a hit is counted alone.
    pub(crate) fn note_tally(
        &self,
        client: &Client,
        direction: Direction,
        entry: &Entry,
        tally: Tally,
    ) {
        let Tally { hits: count, lost } = tally;
        client.add_hits(count);
        client.traffic(direction).lost.fetch_add(lost, Relaxed);
        if count == 0 {
            return;
        }
        let fault = entry.name().to_owned();
        self.events.note(Some(client.number), What::Hit { direction, fault, count, lost });
        self.hit.notify_waiters();
    }

    /// Its route now.
    pub(crate) fn route(&self) -> Arc<Route> {
        self.route.load_full()
    }

    /// Makes this its route: who has been let in and is yet to be connected goes there as well.
    pub(crate) fn set_route(&self, route: Route) {
        self.route.store(Arc::new(route));
    }

    /// Whether the runtime has ended that the gate works on.
    pub(crate) fn has_ended(&self) -> bool {
        self.timers.have_ended()
    }

    /// Changes the lists of some directions together, or none of them; see [`FaultLists::edit`].
    pub(crate) fn edit<T, E>(
        &self,
        directions: &[Direction],
        change: impl FnMut(&FaultList, Instant) -> Result<(FaultList, T), E>,
    ) -> Result<Vec<T>, E> {
        self.faults.edit(directions, &self.registry, &self.events, change)
    }

    /// The same for who is to be told that nobody would see the change.
    pub(crate) fn change<T>(
        &self,
        directions: &[Direction],
        change: impl FnMut(&FaultList, Instant) -> Result<(FaultList, T), ListError>,
    ) -> Result<Vec<T>, ListError> {
        if self.has_ended() {
            return Err(ListError::RuntimeEnded);
        }
        self.edit(directions, change)
    }

    /// Counts a client whose connection to the server stands, and notes it.
    pub(crate) fn connected(&self, client: &Client, server: SocketAddr) {
        let note = || self.events.record(Some(client.number), What::Connected { server });
        self.registry.connected(client.number, note).log();
    }

    /// Counts a dial that has failed, and notes it.
    pub(crate) fn dial_failed(&self, client: &Client, reason: String) {
        let note = || self.events.record(Some(client.number), What::DialFailed { reason });
        self.registry.dial_failed(note).log();
    }
}
