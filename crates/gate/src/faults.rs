//! What users hold: the faults of a direction, one of its entries, and a guard that heals.

use std::convert::Infallible;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chaosgate_faults::{Direction, Entry, EntrySpec, FaultList, ListError, State};

use crate::error::WaitError;
use crate::shared::Shared;
use crate::timer::{self, NotMet};

/// The faults of one direction of a gate, or of both.
///
/// Every change holds from the moment it has returned: a byte that reaches the gate later is not
/// treated by the faults before, on any connection. It returns at once, whatever the traffic does.
#[derive(Clone)]
pub struct Faults {
    shared: Arc<Shared>,
    directions: &'static [Direction],
}

impl Faults {
    pub(crate) fn new(shared: Arc<Shared>, directions: &'static [Direction]) -> Self {
        Faults { shared, directions }
    }

    /// Replaces all faults. One that had the same name and the same fields before is kept as it
    /// is, with its clocks and hits.
    ///
    /// # Errors
    ///
    /// If two of them have one name, or one [lends](crate::lend()) the direction beside others; then
    /// nothing changes.
    pub fn set<S: Into<EntrySpec>>(
        &self,
        faults: impl IntoIterator<Item = S>,
    ) -> Result<(), ListError> {
        let specs: Vec<EntrySpec> = faults.into_iter().map(Into::into).collect();
        let replace = |list: &FaultList, now| {
            list.replaced(specs.iter().cloned(), now).map(|list| (list, ()))
        };
        self.shared.change(self.directions, replace).map(drop)
    }

    /// Removes all faults: traffic passes as on a wire.
    pub fn pass(&self) {
        let removed: Result<Vec<()>, Infallible> =
            self.shared.edit(self.directions, |list, now| Ok((list.emptied(now), ())));
        let Ok(_) = removed;
    }

    /// Adds a fault behind the others.
    ///
    /// # Errors
    ///
    /// If it gives a name that another one has, or it or another [lends](crate::lend()) the direction.
    pub fn add(&self, fault: impl Into<EntrySpec>) -> Result<EntryHandle, ListError> {
        let spec = fault.into();
        let entries =
            self.shared.change(self.directions, |list, now| list.with(spec.clone(), now))?;
        Ok(self.handle(entries))
    }

    /// Adds a fault that goes when the guard is dropped.
    ///
    /// # Errors
    ///
    /// If it gives a name that another one has.
    pub fn fault(&self, fault: impl Into<EntrySpec>) -> Result<Guard, ListError> {
        self.add(fault).map(Guard)
    }

    /// Puts another fault in the place of the one of this name, which lets go of what it held. The
    /// bytes that it had counted and its coin on each connection stay; its clocks begin anew.
    ///
    /// # Errors
    ///
    /// If there is none of this name.
    pub fn update(
        &self,
        name: &str,
        fault: impl Into<EntrySpec>,
    ) -> Result<EntryHandle, ListError> {
        let spec = fault.into();
        let update = |list: &FaultList, now| list.updated(name, spec.clone(), now);
        let entries = self.shared.change(self.directions, update)?;
        Ok(self.handle(entries))
    }

    /// Removes the fault of this name.
    ///
    /// # Errors
    ///
    /// If there is none of this name.
    pub fn remove(&self, name: &str) -> Result<(), ListError> {
        let remove = |list: &FaultList, now| list.without(name, now).map(|list| (list, ()));
        self.shared.change(self.directions, remove).map(drop)
    }

    /// The faults at work, in the order in which traffic meets them; of both directions, those
    /// towards the server first.
    pub fn list(&self) -> Vec<EntryHandle> {
        let now = Instant::now();
        self.handles(|entry| !entry.has_ended(now))
    }

    /// The same, with those that have ended by themselves and that no change has cleared away since: what
    /// they have done still counts.
    pub fn list_with_ended(&self) -> Vec<EntryHandle> {
        self.handles(|_| true)
    }

    fn handles(&self, is_meant: impl Fn(&Entry) -> bool) -> Vec<EntryHandle> {
        let mut handles = Vec::new();
        for direction in self.directions {
            let list = self.shared.faults.of(*direction).list();
            let entries = list.entries().iter().filter(|entry| is_meant(entry));
            handles.extend(entries.map(|entry| EntryHandle {
                shared: self.shared.clone(),
                parts: vec![(*direction, entry.clone())],
            }));
        }
        handles
    }

    fn handle(&self, entries: Vec<Arc<Entry>>) -> EntryHandle {
        let parts = self.directions.iter().copied().zip(entries).collect();
        EntryHandle { shared: self.shared.clone(), parts }
    }
}

impl fmt::Debug for Faults {
    /// `Faults("db", to_client: [latency:delay=100ms])`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Faults({:?}", self.shared.route().name)?;
        for direction in self.directions {
            let faults = self.shared.faults.written(*direction);
            write!(f, ", {direction}: [{}]", faults.join(", "))?;
        }
        f.write_str(")")
    }
}

/// An entry of a direction's list, or one of each direction that were added together.
#[derive(Clone)]
pub struct EntryHandle {
    shared: Arc<Shared>,
    parts: Vec<(Direction, Arc<Entry>)>,
}

/// Equal are handles of the same entries.
impl PartialEq for EntryHandle {
    fn eq(&self, other: &Self) -> bool {
        let ids = |handle: &Self| -> Vec<u64> {
            handle.parts.iter().map(|(_, entry)| entry.id()).collect()
        };
        ids(self) == ids(other)
    }
}

impl Eq for EntryHandle {}

impl EntryHandle {
    /// Its name.
    pub fn name(&self) -> &str {
        // There is a part for each direction, and at least one direction.
        self.parts.first().map_or("", |(_, entry)| entry.name())
    }

    /// What it was made from.
    pub fn spec(&self) -> Option<&EntrySpec> {
        self.parts.first().map(|(_, entry)| entry.spec())
    }

    /// How often it did something to real traffic since it was set, on all connections.
    pub fn hits(&self) -> u64 {
        self.parts.iter().map(|(_, entry)| entry.hits()).sum()
    }

    /// How often what it waits for has matched since it was set, on all connections.
    pub fn matches(&self) -> u64 {
        self.parts.iter().map(|(_, entry)| entry.matches()).sum()
    }

    /// How far it has come: whether it waits for its moment, works, or has acted as often as it may. Of one in
    /// each direction, what is furthest from being over.
    pub fn state(&self) -> State {
        let has = |state| self.parts.iter().any(|(_, entry)| entry.state() == state);
        let order = [State::Working, State::Waiting];
        order.into_iter().find(|state| has(*state)).unwrap_or(State::Spent)
    }

    /// Waits until it has hit `wanted` times since it was set; returns at once if it has.
    ///
    /// # Errors
    ///
    /// If there were fewer `within` that time.
    pub async fn wait_for_hits(&self, wanted: u64, within: Duration) -> Result<(), WaitError> {
        let enough = async {
            loop {
                // Asked for before the look, so that no hit between the two is missed.
                let hit = self.shared.hit.notified();
                if self.hits() >= wanted {
                    return;
                }
                hit.await;
            }
        };
        timer::within(&self.shared.timers, within, enough).await.map_err(|not| match not {
            NotMet::InTime => {
                let fault = self.name().to_owned();
                WaitError::Hits { fault, wanted, got: self.hits(), within }
            }
            NotMet::Ever => WaitError::RuntimeEnded,
        })
    }

    /// The same for code that does not await: the thread waits.
    ///
    /// # Errors
    ///
    /// If there were fewer `within` that time.
    pub fn wait_for_hits_blocking(&self, wanted: u64, within: Duration) -> Result<(), WaitError> {
        timer::block_on(within, self.wait_for_hits(wanted, within))
    }

    /// Whether it is in the list, on a direction at least: not once it was removed or updated, or its
    /// time is over.
    pub fn is_set(&self) -> bool {
        self.parts.iter().any(|(direction, entry)| self.shared.faults.of(*direction).has(entry))
    }

    /// Adds the same fault again, as a new entry behind the others.
    ///
    /// # Errors
    ///
    /// As those of [`Faults::add`].
    pub fn add_again(&self) -> Result<EntryHandle, ListError> {
        let Some(spec) = self.spec() else { return Ok(self.clone()) };
        let directions: Vec<_> = self.parts.iter().map(|(direction, _)| *direction).collect();
        let entries = self.shared.change(&directions, |list, now| list.with(spec.clone(), now))?;
        let parts = directions.into_iter().zip(entries).collect();
        Ok(EntryHandle { shared: self.shared.clone(), parts })
    }

    /// Removes this very entry; another that has its name by now stays.
    pub fn remove(&self) {
        let directions: Vec<Direction> =
            self.parts.iter().map(|(direction, _)| *direction).collect();
        let removed: Result<Vec<()>, Infallible> = self.shared.edit(&directions, |list, now| {
            let without = self.parts.iter().find_map(|(_, entry)| list.without_id(entry.id(), now));
            Ok((without.unwrap_or_else(|| list.clone()), ()))
        });
        let Ok(_) = removed;
    }
}

impl fmt::Debug for EntryHandle {
    /// `EntryHandle("latency" of "db", to_client: latency:delay=100ms, working, 3 hits)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryHandle({:?} of {:?}", self.name(), self.shared.route().name)?;
        self.parts.iter().try_for_each(|(direction, _)| write!(f, ", {direction}"))?;
        self.spec().map_or(Ok(()), |spec| write!(f, ": {spec}"))?;
        write!(f, ", {}, {} hits)", self.state(), self.hits())
    }
}

/// A fault that is removed when this is dropped; a handle to its entry meanwhile.
#[derive(Debug)]
#[must_use = "the fault is removed when the guard is dropped"]
pub struct Guard(EntryHandle);

impl Deref for Guard {
    type Target = EntryHandle;

    fn deref(&self) -> &EntryHandle {
        &self.0
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.remove();
    }
}
