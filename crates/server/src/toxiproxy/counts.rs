//! What is counted of the bytes that pass a proxy, by the route that they have taken.

use std::collections::BTreeMap;

use chaosgate::{AnyGate, Direction, Totals, Volume};

/// Bytes by series.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts(pub(super) BTreeMap<Series, Volume>);

/// What a proxy has counted on the routes that it has left.
#[derive(Debug, Default)]
pub(super) struct Past {
    counts: Counts,
    /// What its gate had counted when it left the last of them.
    totals: Totals,
}

impl Past {
    /// Closes the series of the route that a proxy's gate is about to leave.
    pub(super) fn close(&mut self, proxy: &str, gate: &AnyGate) {
        let totals = gate.totals();
        self.counts.add_since(&self.totals, totals, proxy, gate);
        self.totals = totals;
    }

    /// What it has counted, with what the gate has on the route that it has now.
    pub(super) fn with(&self, proxy: &str, gate: &AnyGate) -> Counts {
        let mut counts = self.counts.clone();
        counts.add_since(&self.totals, gate.totals(), proxy, gate);
        counts
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.counts.0.is_empty()
    }
}

/// The labels of a series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Series {
    pub(super) proxy: String,
    pub(super) listener: String,
    pub(super) upstream: String,
    pub(super) direction: Direction,
}

impl Counts {
    /// Adds what a gate has counted on the route that it has; one that has had no client there has no
    /// series.
    fn add_since(&mut self, before: &Totals, totals: Totals, proxy: &str, gate: &AnyGate) {
        if totals.accepted == before.accepted {
            return;
        }
        for direction in Direction::BOTH {
            let series = Series {
                proxy: proxy.to_owned(),
                listener: gate.address().to_string(),
                upstream: gate.route().upstream.clone(),
                direction,
            };
            let (before, now) = (before.of(direction), totals.of(direction));
            self.add(
                series,
                Volume {
                    received: now.received - before.received,
                    sent: now.sent - before.sent,
                    ..Volume::default()
                },
            );
        }
    }

    /// Adds all of these.
    pub(super) fn add_all(&mut self, counts: Counts) {
        for (series, volume) in counts.0 {
            self.add(series, volume);
        }
    }

    fn add(&mut self, series: Series, volume: Volume) {
        let sum = self.0.entry(series).or_default();
        sum.received += volume.received;
        sum.sent += volume.sent;
    }
}
