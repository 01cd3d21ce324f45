//! What the two directions of a connection share of one entry.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Instant;

use parking_lot::{Mutex, MutexGuard};

/// The flows of one entry, by the numbers of their connections.
#[derive(Debug, Default)]
pub(super) struct Flows(Mutex<BTreeMap<u64, Weak<Flow>>>);

/// A connection as something on its way sees it: by the packets that go through, both ways.
#[derive(Debug)]
pub(super) struct Flow {
    state: Mutex<State>,
    connection: u64,
    flows: Weak<Flows>,
}

/// What is known of a flow.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    /// When the last byte came through, or the flow was met.
    pub(super) last: Instant,
    pub(super) memory: Memory,
}

/// Whether the flow is still known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    Known,
    /// Its time is over, and its end has yet to be carried out.
    Expired,
    /// Nothing comes through any more.
    Forgotten,
}

impl Flows {
    /// The flow of this connection, which is new at `now` unless its other direction has met it.
    pub(super) fn of(self: &Arc<Self>, connection: u64, now: Instant) -> Arc<Flow> {
        let mut flows = self.0.lock();
        if let Some(flow) = flows.get(&connection).and_then(Weak::upgrade) {
            return flow;
        }
        let state = Mutex::new(State { last: now, memory: Memory::Known });
        let flow = Arc::new(Flow { state, connection, flows: Arc::downgrade(self) });
        flows.insert(connection, Arc::downgrade(&flow));
        flow
    }
}

impl Flow {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl Drop for Flow {
    fn drop(&mut self) {
        let Some(flows) = self.flows.upgrade() else { return };
        let mut flows = flows.0.lock();
        // Another one may have begun meanwhile.
        if flows.get(&self.connection).is_some_and(|flow| flow.strong_count() == 0) {
            flows.remove(&self.connection);
        }
    }
}
