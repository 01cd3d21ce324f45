//! What has to follow once a gate has healed: the service recovers, and nothing is left behind.

use std::{
    collections::BTreeMap,
    future::Future,
    time::{Duration, Instant},
};

use chaosgate::{AnyGate, ClosedBy, Event, How, What};
use tokio::sync::broadcast::error::RecvError::Closed;

use crate::{
    Failure, Gated, Service,
    gated::LIMIT,
    sight::observe,
    wrong::{Wrong, unless_equal},
};

/// So many answers in a row prove that a service has recovered.
const ANSWERS: usize = 3;

/// Asks again and again, each time with `patience`, until the service has recovered. Gives the time that this took.
pub(crate) async fn recover<A>(patience: Duration, ask: impl Fn() -> A) -> Result<Duration, Wrong>
where
    A: Future<Output = Result<(), Failure>>,
{
    let begin = Instant::now();
    let mut in_a_row = 0;
    while in_a_row < ANSWERS {
        let last = observe(patience, ask()).await;
        in_a_row = if last.outcome.is_ok() { in_a_row + 1 } else { 0 };
        if begin.elapsed() > LIMIT {
            return Err(Wrong::NotRecovered { within: LIMIT, last });
        }
    }
    Ok(begin.elapsed())
}

/// Stops a gate. It must have closed each connection that there ever was just once. Gives how all of them ended.
pub(crate) async fn stop(gate: &AnyGate) -> Result<Vec<(ClosedBy, How)>, Wrong> {
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

impl<S: Service> Gated<S> {
    /// Waits until there is only the connection of the client that has recovered.
    pub(crate) async fn wait_for_one_connection(&self) -> Result<(), Wrong> {
        let mut events = self.gate.subscribe();
        let one = async {
            // Missed events are as good as any: the look that follows sees their effect.
            while self.gate.connection_count() != 1 && events.recv().await != Err(Closed) {}
        };
        let waited = tokio::time::timeout(LIMIT, one).await;
        waited.or_else(|_| unless_equal("connections", &self.gate.connection_count(), &1))
    }

    /// Has the client close what it keeps. The gate must have no connection then. Gives how all that there ever were
    /// ended.
    pub(crate) async fn leave_nothing_behind(&self) -> Result<Vec<(ClosedBy, How)>, Wrong> {
        self.close_kept_connections().await?;
        stop(&self.gate).await
    }
}
