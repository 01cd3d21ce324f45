//! How the connections of a gate have ended.

use std::collections::BTreeMap;

use chaosgate::{AnyGate, ClosedBy, Event, How, What};

use crate::gated::LIMIT;
use crate::verdict::{Verdict, Wrong, unless_equal};

/// Stops a gate. It must have closed each connection that there ever was just once. Gives how all
/// of them ended.
pub(crate) async fn stop(gate: &AnyGate) -> Verdict<Vec<(ClosedBy, How)>> {
    // The events are complete once the last task has ended.
    gate.stop();
    let stopped = tokio::time::timeout(LIMIT, gate.wait_closed()).await;
    stopped.map_err(|_| Wrong::NotStopped(LIMIT))?;

    let (mut closings, mut ends) = (BTreeMap::new(), Vec::new());
    for Event { connection, what, .. } in gate.events() {
        match what {
            What::Accepted { .. } => {
                closings.insert(connection, 0);
            }
            What::Closed { by, how } => {
                *closings.entry(connection).or_default() += 1;
                ends.push((by, how));
            }
            _ => {}
        }
    }
    let once = closings.keys().map(|number| (*number, 1)).collect();
    unless_equal("how often each connection was closed", &closings, &once)?;
    Ok(ends)
}
