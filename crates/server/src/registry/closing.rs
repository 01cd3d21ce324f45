//! The end of all gates together.

use std::time::{Duration, Instant};

use chaosgate::{Accepting, AnyGate};

/// Gates that take no clients any more. They are stopped when this goes.
#[derive(Debug)]
#[must_use = "the connections that stand are closed when it is dropped"]
pub struct Closing(Vec<AnyGate>);

impl Closing {
    /// Has these gates refuse new clients.
    pub(crate) fn of(gates: impl Iterator<Item = AnyGate>) -> Self {
        let gates: Vec<_> = gates.collect();
        for gate in &gates {
            // One that cannot refuse takes clients until it is stopped.
            let _ = gate.set_accepting(Accepting::Refuse);
        }
        Closing(gates)
    }

    /// How many connections stand.
    pub fn connection_count(&self) -> usize {
        self.0.iter().map(AnyGate::connection_count).sum()
    }

    /// Waits until no connection stands, but for so long at most.
    pub async fn wait(&self, within: Duration) {
        let deadline = Instant::now() + within;
        for gate in &self.0 {
            let left = deadline.saturating_duration_since(Instant::now());
            // Those that take longer are closed with the gate.
            let _ = gate.wait_for_no_connections(left).await;
        }
    }
}
