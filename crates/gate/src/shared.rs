//! What a gate, its tasks and its handles share.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use arc_swap::ArcSwap;
use chaosgate_faults::{Direction, FaultList, How};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

use crate::accepting::Accepting;
use crate::event::{Events, What};
use crate::lock::locked;
use crate::memory::Memory;
use crate::route::Route;
use crate::tcp::registry::Registry;
use crate::timer::Timers;

/// What a gate was made with.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) buffer: usize,
    pub(crate) on_dial_failure: How,
}

/// The state of a gate.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) route: Route,
    pub(crate) settings: Settings,
    pub(crate) runtime: Handle,
    pub(crate) timers: Arc<Timers>,
    pub(crate) events: Events,
    pub(crate) registry: Registry,
    pub(crate) memory: Arc<Memory>,
    pub(crate) accepting: watch::Sender<Accepting>,
    /// Notified when a fault has hit.
    pub(crate) hit: Notify,
    faults: [Arc<ArcSwap<FaultList>>; 2],
    /// Held while a list is being changed; never by who reads one.
    editing: Mutex<()>,
}

impl Shared {
    pub(crate) fn new(
        route: Route,
        settings: Settings,
        buffer_total: usize,
        runtime: Handle,
    ) -> Self {
        Shared {
            route,
            settings,
            timers: Timers::of(&runtime),
            runtime,
            events: Events::new(),
            registry: Registry::default(),
            memory: Arc::new(Memory::new(buffer_total)),
            accepting: watch::Sender::default(),
            hit: Notify::new(),
            faults: Default::default(),
            editing: Mutex::default(),
        }
    }

    pub(crate) fn faults(&self, direction: Direction) -> &Arc<ArcSwap<FaultList>> {
        &self.faults[direction as usize]
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
        let changed: Result<Vec<_>, E> = directions
            .iter()
            .map(|direction| change(&self.faults(*direction).load(), now))
            .collect();
        let (mut results, mut replaced) = (Vec::new(), Vec::new());
        for (direction, (list, result)) in directions.iter().zip(changed?) {
            let is_new = !list.is_same(&self.faults(*direction).load());
            if is_new {
                let faults = list.entries().iter().map(|entry| entry.spec().to_string()).collect();
                replaced.push(self.faults(*direction).swap(Arc::new(list)));
                self.events.note(None, What::FaultsSet { direction: *direction, faults });
            }
            results.push(result);
        }
        // Not under the lock: what a custom fault has captured may be a guard of this gate.
        drop(editing);
        drop(replaced);
        self.registry.wake_all();
        Ok(results)
    }
}
