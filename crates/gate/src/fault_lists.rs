//! The faults of a gate, one list for each direction, and how they are changed.

use std::sync::Arc;
use std::time::Instant;

use chaosgate_faults::{Direction, FaultList, PerDirection, Transport};

use crate::event::What;
use crate::events::{Events, Recorded};
use crate::in_force::{InForce, Replaced};
use crate::registry::Registry;
use crate::sync::Mutex;

/// The lists of both directions, which change together or one at a time.
#[derive(Debug)]
pub(crate) struct FaultLists {
    in_force: PerDirection<Arc<InForce>>,
    /// Held while a list is being changed; never by who reads one.
    editing: Mutex<()>,
}

impl FaultLists {
    pub(crate) fn new(transport: Transport) -> Self {
        let in_force = || Arc::new(InForce::new(FaultList::new(transport)));
        FaultLists { in_force: PerDirection::from_fn(|_| in_force()), editing: Mutex::default() }
    }

    /// That of a direction.
    pub(crate) fn of(&self, direction: Direction) -> &Arc<InForce> {
        &self.in_force[direction]
    }

    /// Those of a direction that are at work, as they are written on the command line.
    pub(crate) fn written(&self, direction: Direction) -> Vec<String> {
        let (list, now) = (self.of(direction).list(), Instant::now());
        list.at_work(now).map(|entry| entry.spec().to_string()).collect()
    }

    /// Changes the lists of some directions together, or none of them. Every byte that comes after
    /// this has returned meets the new faults.
    ///
    /// The registry knows what its clients have met, and wakes them to meet the new ones.
    pub(crate) fn edit<T, E>(
        &self,
        directions: &[Direction],
        registry: &Registry,
        events: &Events,
        mut change: impl FnMut(&FaultList, Instant) -> Result<(FaultList, T), E>,
    ) -> Result<Vec<T>, E> {
        let editing = self.editing.lock();
        let now = Instant::now();
        let before = PerDirection::from_fn(|direction| self.of(direction).list());
        let (series, last_before) = registry.series();
        let mut lists = PerDirection::from_fn(|direction| {
            FaultList::clone(&before[direction]).drawing_from(series.clone()).behind(last_before)
        });
        let mut results = Vec::new();
        for direction in directions {
            let (list, result) = change(&lists[*direction], now)?;
            lists[*direction] = list;
            results.push(result);
        }
        let (mut replaced, mut noted) = (Vec::new(), Vec::new());
        for (direction, list) in lists.iter() {
            let (before, list) = (&before[direction], list.clone());
            let list = list.beside(&lists[direction.opposite()]);
            if list.is_same(before) {
                continue;
            }
            let what = (!list.has_same_entries(before)).then(|| faults_set(direction, &list));
            replaced.push(self.of(direction).replace(list, registry.seen(direction)));
            noted.extend(what.map(|what| events.record(None, what)));
        }
        // Not under the lock: what a custom fault has captured may be a guard of this gate.
        drop(editing);
        drop(before);
        replaced.into_iter().for_each(Replaced::settle);
        registry.wake_all();
        noted.into_iter().for_each(Recorded::log);
        Ok(results)
    }

    /// Forgets the faults of before, which a connection would meet late: none will be left.
    pub(crate) fn forget_past(&self) {
        let editing = self.editing.lock();
        let past = PerDirection::from_fn(|direction| self.of(direction).forget_past());
        // Not under the lock: what a custom fault has captured may be a guard of this gate.
        drop(editing);
        drop(past);
    }
}

/// That these are the faults of a direction now.
fn faults_set(direction: Direction, list: &FaultList) -> What {
    let faults = list.entries().iter().map(|entry| entry.spec().to_string()).collect();
    What::FaultsSet { direction, faults }
}
