//! One direction of one connection: the faults that it has been given, and what is under way.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use chaosgate_faults::{Chain, Closed, Entry, FaultList, Origin, Sink};

use crate::client::{Client, Traffic};
use crate::in_force::{InForce, Look};
use crate::memory::Share;
use crate::shared::Shared;

/// One direction of one connection, whatever its sockets are.
pub(crate) struct Lane {
    /// The direction's faults, shared by all connections of the gate.
    faults: Arc<InForce>,
    /// The value of `faults` that the chain has been given.
    seen: Arc<FaultList>,
    /// `None`: traffic passes without one.
    pub(crate) chain: Option<Chain>,
    origin: Origin,
    pub(crate) memory: Share,
    pub(crate) traffic: Arc<Traffic>,
}

impl Lane {
    pub(crate) fn new(shared: &Shared, client: &Client, origin: Origin) -> Self {
        Lane {
            faults: shared.faults(origin.direction).clone(),
            seen: Arc::default(),
            chain: None,
            memory: Share::of(&shared.memory),
            traffic: client.traffic(origin.direction).clone(),
            origin,
        }
    }

    /// Looks at the direction's faults; whether they are others than before.
    pub(crate) fn look_at_faults(&mut self) -> bool {
        // A look at the same list counts no reference. It is over before a fault's code runs.
        let look = self.faults.look();
        if self.has_seen(&look) {
            return false;
        }
        let faults = look.list().clone();
        drop(look);
        self.switch_to(&faults)
    }

    /// Looks at the direction's faults before a read; `None` if they are others than before. The
    /// look is to last until the read is over: no call that lends the direction returns before.
    pub(crate) fn look_before_read(&self) -> Option<Look> {
        Some(self.faults.look()).filter(|look| self.has_seen(look))
    }

    /// Looks at the direction's faults after a read.
    ///
    /// It is this look that decides how what was read is treated, which is why a byte that comes
    /// after a change has returned never meets the old faults. What was read is counted after it,
    /// since a chain that begins here begins with what was read.
    pub(crate) fn look_after_read(&mut self) {
        let look = self.faults.look();
        if !Arc::ptr_eq(look.for_what_was_read(), &self.seen) {
            let faults = look.for_what_was_read().clone();
            drop(look);
            self.switch_to(&faults);
        }
    }

    /// Whether this entry is one of the direction's faults now, whichever the chain has been given.
    pub(crate) fn is_in_force(&self, entry: &Entry) -> bool {
        let look = self.faults.look();
        look.list().at_work(Instant::now()).any(|current| current.id() == entry.id())
    }

    /// The faults that the chain has been given.
    pub(crate) fn seen(&self) -> &Arc<FaultList> {
        &self.seen
    }

    fn has_seen(&self, look: &Look) -> bool {
        Arc::ptr_eq(look.list(), &self.seen)
    }

    /// Makes these the direction's faults; whether they are others than before.
    pub(crate) fn switch_to(&mut self, faults: &Arc<FaultList>) -> bool {
        if Arc::ptr_eq(faults, &self.seen) {
            return false;
        }
        self.seen = faults.clone();
        if self.chain.is_some() || !faults.is_empty() {
            let now = Instant::now();
            self.chain(now).switch(faults, now);
        }
        true
    }

    /// The chain, which begins now if there is none.
    pub(crate) fn chain(&mut self, now: Instant) -> &mut Chain {
        self.chain.get_or_insert_with(|| {
            let offset = self.traffic.received.load(Relaxed);
            Chain::new(Origin { offset, ..self.origin.clone() }, now)
        })
    }

    /// When it is to be looked at though nothing happens on a socket.
    pub(crate) fn deadline(&self, sink: Sink) -> Option<Instant> {
        self.chain.as_ref()?.deadline(Instant::now(), sink)
    }

    /// The fault that has ended the connection, if one has.
    pub(crate) fn closed(&self) -> Option<&Closed> {
        self.chain.as_ref()?.closed()
    }

    /// Tells the client, and the gate's events, of the hits since the last call.
    pub(crate) fn report_hits(&mut self, shared: &Shared, client: &Client) {
        let (Some(chain), direction) = (&mut self.chain, self.origin.direction) else { return };
        chain.report_hits(|entry, count| shared.note_hits(client, direction, entry, count));
    }

    /// Lets go of a chain that has nothing to do.
    pub(crate) fn drop_empty_chain(&mut self) {
        if self.chain.as_ref().is_some_and(Chain::is_empty) {
            self.chain = None;
        }
    }

    /// Brings what it counts for up to date; `beside` is what is held outside of the chain.
    pub(crate) fn account(&mut self, beside: usize) {
        self.memory.set(beside + self.chain.as_ref().map_or(0, Chain::charge));
    }
}
