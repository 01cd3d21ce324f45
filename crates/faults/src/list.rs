//! The faults of one direction of a gate: one value, replaced as a whole.

use std::sync::Arc;
use std::time::Instant;

use crate::{Entry, EntrySpec, ListError, Series, Transport, When};

/// The named faults of one direction, in the order in which traffic meets them.
///
/// A change makes a new list, in which what has not changed is the same [`Entry`]: that is how
/// connections see which faults keep their state.
#[derive(Debug, Clone, Default)]
pub struct FaultList {
    transport: Transport,
    entries: Vec<Arc<Entry>>,
    /// Entries of the other direction that have a part which works on this one.
    opposite: Vec<Arc<Entry>>,
    /// When it was made; `None`: it has always been.
    since: Option<Instant>,
    /// What draws come from that entries make which are set from now on.
    series: Series,
    /// The number of the gate's last connection when it was made.
    last_before: u64,
}

impl FaultList {
    /// An empty list for such traffic.
    pub fn new(transport: Transport) -> Self {
        FaultList { transport, ..FaultList::default() }
    }

    /// The entries in order, those that have ended by themselves included.
    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// The entries of the other direction that have a part which works on this one, such as an idle
    /// time-out that counts the bytes of both.
    pub fn opposite(&self) -> &[Arc<Entry>] {
        &self.opposite
    }

    /// The same list beside that of the other direction.
    #[must_use]
    pub fn beside(mut self, other: &FaultList) -> Self {
        let both_ways = other.entries.iter().filter(|entry| entry.works_both_ways());
        self.opposite = both_ways.cloned().collect();
        self.since = self.since.max(other.since);
        self
    }

    /// The same list, to whose changes new entries come that draw from this series.
    #[must_use]
    pub fn drawing_from(self, series: Series) -> Self {
        FaultList { series, ..self }
    }

    /// The same list, to whose changes new entries come that count connections from behind the one of
    /// this number.
    #[must_use]
    pub fn behind(self, last_before: u64) -> Self {
        FaultList { last_before, ..self }
    }

    /// A list without entries, for the same traffic.
    #[must_use]
    pub fn emptied(&self, now: Instant) -> Self {
        let (series, last_before) = (self.series.clone(), self.last_before);
        FaultList { since: Some(now), series, last_before, ..FaultList::new(self.transport) }
    }

    /// The moment from which it holds; `None` for one that nobody has set.
    ///
    /// Whoever looks at it later treats what happened before this moment by the list before.
    pub fn since(&self) -> Option<Instant> {
        self.since
    }

    /// Whether nothing works on the direction.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.opposite.is_empty()
    }

    /// Whether the direction is lent to somebody outside, wherever the entry acts.
    pub fn is_lent(&self) -> bool {
        self.entries.first().is_some_and(|entry| entry.fault().lends())
    }

    /// Whether a connection on which nothing comes shows of this list, by what its faults do with the
    /// time or at their removal, what it shows of another: the entries that do that are the same.
    pub fn acts_unseen_by_the_same(&self, other: &FaultList) -> bool {
        let ids = |list: &FaultList| list.acting_unseen().map(|entry| entry.id()).collect();
        let (mine, others): (Vec<_>, Vec<_>) = (ids(self), ids(other));
        mine == others
    }

    fn acting_unseen(&self) -> impl Iterator<Item = &Arc<Entry>> {
        let all = self.opposite.iter().chain(&self.entries);
        all.filter(|entry| entry.fault().acts_unseen())
    }

    /// Whether it has the very same entries.
    pub fn is_same(&self, other: &FaultList) -> bool {
        self.has_same_entries(other) && ids(&self.opposite).eq(ids(&other.opposite))
    }

    /// The same, but for what comes from the other direction.
    pub fn has_same_entries(&self, other: &FaultList) -> bool {
        ids(&self.entries).eq(ids(&other.entries))
    }

    /// The entries that work at `now`.
    pub fn at_work(&self, now: Instant) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.iter().filter(move |entry| !entry.has_ended(now))
    }

    /// The list that these specs describe. Like every changed list it is to be put
    /// [beside](FaultList::beside) that of the other direction.
    ///
    /// An entry that has the same name and all the same fields
    /// as before is kept as it is; one whose fields differ is an update of it.
    ///
    /// # Errors
    ///
    /// [`ListError::NameTaken`] if two specs give the same name, [`ListError::Unsuitable`] if a
    /// fault cannot work on such traffic, [`ListError::NotAlone`] if one of several lends the
    /// direction.
    pub fn replaced(
        &self,
        specs: impl IntoIterator<Item = EntrySpec>,
        now: Instant,
    ) -> Result<Self, ListError> {
        let mut list = self.emptied(now);
        for spec in specs {
            list.check(&spec)?;
            let name = list.name_for(&spec)?;
            let entry = match self.at_work(now).find(|entry| entry.name() == name) {
                Some(entry) if same_fields(entry.spec(), &spec) => entry.clone(),
                Some(entry) => Arc::new(Entry::replacing(entry, spec, now)),
                None => self.entry(name, spec, now),
            };
            list.entries.push(entry);
        }
        list.lends_alone()
    }

    /// The list with a new entry at its end.
    ///
    /// # Errors
    ///
    /// [`ListError::NameTaken`] if the spec gives a name that another entry has,
    /// [`ListError::Unsuitable`] if its fault cannot work on such traffic, [`ListError::NotAlone`]
    /// if it or another lends the direction.
    pub fn with(&self, spec: EntrySpec, now: Instant) -> Result<(Self, Arc<Entry>), ListError> {
        let mut list = self.pruned(now);
        list.check(&spec)?;
        let name = list.name_for(&spec)?;
        let entry = self.entry(name, spec, now);
        list.entries.push(entry.clone());
        Ok((list.lends_alone()?, entry))
    }

    /// The list in which `spec` stands in the place of the entry of this name.
    ///
    /// # Errors
    ///
    /// [`ListError::NoSuchName`] if no entry has it, [`ListError::Unsuitable`] if the fault cannot
    /// work on such traffic, [`ListError::NotAlone`] if it lends the direction and there are
    /// others.
    pub fn updated(
        &self,
        name: &str,
        spec: EntrySpec,
        now: Instant,
    ) -> Result<(Self, Arc<Entry>), ListError> {
        let mut list = self.pruned(now);
        list.check(&spec)?;
        let place = list.place_of(name)?;
        let entry = Arc::new(Entry::replacing(&list.entries[place], spec, now));
        list.entries[place] = entry.clone();
        Ok((list.lends_alone()?, entry))
    }

    /// The list without the entry of this name.
    ///
    /// # Errors
    ///
    /// [`ListError::NoSuchName`] if no entry has it.
    pub fn without(&self, name: &str, now: Instant) -> Result<Self, ListError> {
        let mut list = self.pruned(now);
        let place = list.place_of(name)?;
        list.entries.remove(place);
        Ok(list)
    }

    /// The list without this very entry, whatever the names; `None` if it is not in it.
    pub fn without_id(&self, id: u64, now: Instant) -> Option<Self> {
        self.entries.iter().find(|entry| entry.id() == id)?;
        let mut list = self.pruned(now);
        list.entries.retain(|entry| entry.id() != id);
        Some(list)
    }

    fn entry(&self, name: String, spec: EntrySpec, now: Instant) -> Arc<Entry> {
        Arc::new(Entry::new(name, spec, self.series.clone(), now).behind(self.last_before))
    }

    fn pruned(&self, now: Instant) -> Self {
        let entries = self.at_work(now).cloned().collect();
        FaultList { entries, ..self.emptied(now) }
    }

    fn check(&self, spec: &EntrySpec) -> Result<(), ListError> {
        spec.fault().suits(self.transport).map_err(|reason| ListError::Unsuitable {
            fault: spec.fault().to_string(),
            transport: self.transport,
            reason,
        })?;
        let fault = spec.fault();
        if fault.lends() && *spec.when() != When::default() {
            return Err(ListError::AlwaysLent { lent: fault.to_string() });
        }
        let type_name = || fault.type_name().to_owned();
        let refuse = |reason| ListError::When { fault: type_name(), reason };
        spec.when().check(spec.lasts()).map_err(refuse)
    }

    /// Itself, unless it has others beside one that lends the direction.
    fn lends_alone(self) -> Result<Self, ListError> {
        let lends = |entry: &&Arc<Entry>| entry.fault().lends();
        match self.entries.iter().find(lends) {
            Some(lent) if self.entries.len() > 1 => {
                let others = self.entries.iter().filter(|entry| entry.id() != lent.id());
                let names: Vec<_> = others.map(|entry| entry.name()).collect();
                let (lent, beside) = (lent.fault().to_string(), names.join(", "));
                Err(ListError::NotAlone { lent, beside })
            }
            _ => Ok(self),
        }
    }

    fn place_of(&self, name: &str) -> Result<usize, ListError> {
        let place = self.entries.iter().position(|entry| entry.name() == name);
        place.ok_or_else(|| {
            let names: Vec<_> = self.entries.iter().map(|entry| entry.name()).collect();
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            ListError::NoSuchName { name: name.to_owned(), known }
        })
    }

    /// The spec's own name, or the first free one after its type: `latency`, `latency-2`.
    fn name_for(&self, spec: &EntrySpec) -> Result<String, ListError> {
        let taken = |name: &str| self.entries.iter().any(|entry| entry.name() == name);
        if let Some(name) = spec.name() {
            return if taken(name) {
                Err(ListError::NameTaken { name: name.to_owned() })
            } else {
                Ok(name.to_owned())
            };
        }
        let plain = spec.fault().type_name();
        let mut name = plain.to_owned();
        let mut number = 2_usize;
        while taken(&name) {
            name = format!("{plain}-{number}");
            number += 1;
        }
        Ok(name)
    }
}

fn ids(entries: &[Arc<Entry>]) -> impl Iterator<Item = u64> {
    entries.iter().map(|entry| entry.id())
}

/// A name that is written out and one that is the default are the same name here.
fn same_fields(old: &EntrySpec, new: &EntrySpec) -> bool {
    *old == new.clone().named_as(old)
}
