//! Events by their numbers.

use chaosgate::{AnyGate, Event};
use tokio::sync::broadcast::error::RecvError;

/// The number behind which a client is to be told: its own, unless the gate has not come so far. Then
/// that is of another gate, which had the name before.
pub(super) fn known(gate: &AnyGate, since: u64) -> u64 {
    let last = gate.events().last().map_or(0, |event| event.number);
    if since > last { 0 } else { since }
}

/// The events after the one of this number, when there are any; none, if there never will be.
pub(super) async fn after(gate: &AnyGate, number: u64) -> Vec<Event> {
    loop {
        // Before the look, so that none between the two is missed.
        let mut told = gate.subscribe();
        let events = gate.events_since(number);
        if !events.is_empty() {
            return events;
        }
        if told.recv().await == Err(RecvError::Closed) {
            return Vec::new();
        }
    }
}
