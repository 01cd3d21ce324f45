//! One element of a direction's list of faults, at work.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::clock::later;
use crate::shared_value::SharedValue;
use crate::units::Ratio;
use crate::when::{Spans, State};
use crate::{EntrySpec, FaultSpec, Series};

/// An entry at work: what every connection of the direction shares of it.
#[derive(Debug)]
pub struct Entry {
    id: u64,
    /// The first of the entries that this one has replaced by an update, or its own id.
    lineage: u64,
    name: String,
    spec: EntrySpec,
    set_at: Instant,
    /// That of the gate when the first of its lineage was set.
    series: Series,
    /// The number of the last connection that the gate had then.
    last_before: u64,
    ends_at: Option<Instant>,
    hits: AtomicU64,
    shared: Arc<SharedValue>,
    spans: Arc<Spans>,
    matches: AtomicU64,
}

impl Entry {
    /// An entry that has nothing of an earlier one, set at `now` under `name`.
    pub(crate) fn new(name: String, spec: EntrySpec, series: Series, now: Instant) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let ends_at = spec.lasts().map(|lasts| later(now, lasts));
        let (last_before, hits, shared, spans, matches) = Default::default();
        Entry {
            id,
            lineage: id,
            name,
            spec,
            set_at: now,
            series,
            last_before,
            ends_at,
            hits,
            shared,
            spans,
            matches,
        }
    }

    /// The same, set when the number of the gate's last connection was this.
    pub(crate) fn behind(self, last_before: u64) -> Self {
        Entry { last_before, ..self }
    }

    /// An entry that takes the place of `earlier`: new clocks and hits, but its byte counts go on.
    pub(crate) fn replacing(earlier: &Entry, spec: EntrySpec, now: Instant) -> Self {
        let spec = spec.named_as(&earlier.spec);
        let shared = Arc::new(earlier.shared.succeeded());
        let series = earlier.series.clone();
        let entry = Entry::new(earlier.name.clone(), spec, series, now);
        Entry { lineage: earlier.lineage, last_before: earlier.last_before, shared, ..entry }
    }

    /// Never used again: another entry of the same name has another.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The name, which is the only such in its list.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it was made from.
    pub fn spec(&self) -> &EntrySpec {
        &self.spec
    }

    /// The fault.
    pub fn fault(&self) -> &FaultSpec {
        self.spec.fault()
    }

    /// The part of the connections on which it acts.
    pub fn probability(&self) -> Ratio {
        self.spec.probability()
    }

    /// Whether it acts on the connection of this number, from this client, as far as chance allows.
    pub(crate) fn means(&self, connection: u64, client: SocketAddr) -> bool {
        self.spec.when().means(connection.saturating_sub(self.last_before), client)
    }

    /// How often it did something to real traffic, on all connections since it was set.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Acquire)
    }

    /// How far it has come. One that always acts is working, also where no connection is.
    pub fn state(&self) -> State {
        let when = self.spec.when();
        if when.is_always() || self.spans.is_at_work() {
            State::Working
        } else if when.times.is_some_and(|times| self.spans.are_over(times)) {
            State::Spent
        } else {
            State::Waiting
        }
    }

    /// How often what it waits for has matched, on all connections since it was set.
    pub fn matches(&self) -> u64 {
        self.matches.load(Ordering::Acquire)
    }

    pub(crate) fn add_match(&self) {
        self.matches.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether it has a part on the other direction: of its fault, or to look for what it waits for there.
    pub(crate) fn works_both_ways(&self) -> bool {
        self.spec.when().on_other.is_some() || self.fault().works_both_ways()
    }

    /// Whether something else than the chain that it stands in may change what it does next.
    pub(crate) fn heeds_others(&self) -> bool {
        self.works_both_ways() || self.fault().heeds_others()
    }

    /// Counts hits, as a chain does.
    pub fn add_hits(&self, hits: u64) {
        self.hits.fetch_add(hits, Ordering::AcqRel);
    }

    /// When it was set.
    pub(crate) fn set_at(&self) -> Instant {
        self.set_at
    }

    /// What its draws come from, on connections that stood when it was set.
    pub(crate) fn series(&self) -> &Series {
        &self.series
    }

    /// When it ends by itself, if ever.
    pub fn ends_at(&self) -> Option<Instant> {
        self.ends_at
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self, now: Instant) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }

    /// How often it has acted and acts, on all connections.
    pub(crate) fn spans(&self) -> &Arc<Spans> {
        &self.spans
    }

    /// What its faults share on all connections.
    pub(crate) fn shared(&self) -> &Arc<SharedValue> {
        &self.shared
    }

    /// Whether it is `other`, or came in its place by one update or several.
    pub(crate) fn continues(&self, other: &Entry) -> bool {
        self.lineage == other.lineage
    }
}
