//! What a gate, its tasks and its handles share.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chaosgate_faults::{Direction, Entry, FaultList, How, PerDirection, Transport};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

use crate::accepting::Accepting;
use crate::client::Client;
use crate::event::What;
use crate::events::{Events, Recorded};
use crate::in_force::{InForce, Replaced};
use crate::lock::locked;
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
    /// After what silence a connection without an end ends.
    pub(crate) idle: Duration,
}

/// The state of a gate.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) route: Route,
    pub(crate) settings: Settings,
    pub(crate) transport: Transport,
    pub(crate) runtime: Handle,
    pub(crate) timers: Arc<Timers>,
    pub(crate) events: Events,
    pub(crate) registry: Registry,
    pub(crate) memory: Arc<Memory>,
    pub(crate) accepting: watch::Sender<Accepting>,
    /// Notified when a fault has hit.
    pub(crate) hit: Notify,
    faults: PerDirection<Arc<InForce>>,
    /// Held while a list is being changed; never by who reads one.
    editing: Mutex<()>,
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
            route,
            settings,
            transport,
            timers: Timers::of(&runtime),
            runtime,
            registry: Registry::default(),
            memory: Arc::new(Memory::new(buffer_total)),
            accepting: watch::Sender::default(),
            hit: Notify::new(),
            faults: PerDirection::from_fn(|_| Arc::new(InForce::new(FaultList::new(transport)))),
            editing: Mutex::default(),
        }
    }

    pub(crate) fn faults(&self, direction: Direction) -> &Arc<InForce> {
        &self.faults[direction]
    }

    /// Tells the client, the gate's events and those who wait for them of hits that its entry has
    /// counted.
    pub(crate) fn note_hits(
        &self,
        client: &Client,
        direction: Direction,
        entry: &Entry,
        count: u64,
    ) {
        client.add_hits(count);
        let fault = entry.name().to_owned();
        self.events.note(Some(client.number), What::Hit { direction, fault, count });
        self.hit.notify_waiters();
    }

    /// Changes the lists of some directions together, or none of them. Every byte that comes after
    /// this has returned meets the new faults.
    pub(crate) fn edit<T, E>(
        &self,
        directions: &[Direction],
        mut change: impl FnMut(&FaultList, Instant) -> Result<(FaultList, T), E>,
    ) -> Result<Vec<T>, E> {
        let editing = locked(&self.editing);
        let now = Instant::now();
        let before = PerDirection::from_fn(|direction| self.faults(direction).list());
        let mut lists = PerDirection::from_fn(|direction| FaultList::clone(&before[direction]));
        let mut results = Vec::new();
        for direction in directions {
            let (list, result) = change(&before[*direction], now)?;
            lists[*direction] = list;
            results.push(result);
        }
        let (mut replaced, mut noted) = (Vec::new(), Vec::new());
        for (direction, list) in lists.iter() {
            let list = list.clone().beside(&lists[direction.opposite()]);
            replaced.extend(self.replace(direction, &before[direction], list, &mut noted));
        }
        // Not under the lock: what a custom fault has captured may be a guard of this gate.
        drop(editing);
        drop(before);
        replaced.into_iter().for_each(Replaced::settle);
        self.registry.wake_all();
        noted.into_iter().for_each(Recorded::log);
        Ok(results)
    }

    /// Forgets the faults of before, which a connection would meet late: none will be left.
    pub(crate) fn forget_past(&self) {
        let editing = locked(&self.editing);
        let past = PerDirection::from_fn(|direction| self.faults(direction).forget_past());
        // Not under the lock: what a custom fault has captured may be a guard of this gate.
        drop(editing);
        drop(past);
    }

    /// Counts a client whose connection to the server stands, and tells of it.
    pub(crate) fn connected(&self, client: &Client, server: SocketAddr) {
        let note = || self.events.record(Some(client.number), What::Connected { server });
        self.registry.connected(client.number, note).log();
    }

    /// Counts a dial that has failed, and tells of it.
    pub(crate) fn dial_failed(&self, client: &Client, reason: String) {
        let note = || self.events.record(Some(client.number), What::DialFailed { reason });
        self.registry.dial_failed(note).log();
    }

    fn replace<'a>(
        &'a self,
        direction: Direction,
        before: &FaultList,
        list: FaultList,
        noted: &mut Vec<Recorded<'a>>,
    ) -> Option<Replaced> {
        if list.is_same(before) {
            return None;
        }
        let is_of_this = !list.has_same_entries(before);
        let faults = list.entries().iter().map(|entry| entry.spec().to_string()).collect();
        let replaced = self.faults(direction).replace(list, self.registry.seen(direction));
        if is_of_this {
            noted.push(self.events.record(None, What::FaultsSet { direction, faults }));
        }
        Some(replaced)
    }
}
