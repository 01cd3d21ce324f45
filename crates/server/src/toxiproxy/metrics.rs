//! Toxiproxy's two counters. They stay when a proxy is deleted or gets another route, so what a gate has
//! counted is kept when it goes, and by route.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use chaosgate::{AnyGate, Direction, Totals, Volume};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;

use super::error::ApiError;
use super::proxy::Proxy;
use crate::lock::locked;
use crate::log;
use crate::metrics::{Counted, Label};
use crate::registry::{ApplyError, Kept, Plan, Registry};

/// What proxies have counted that are no more.
#[derive(Debug)]
pub(super) struct Ledger {
    /// Whether anybody is shown it; if not, it does not grow.
    pub(super) is_shown: bool,
    counts: Mutex<Counts>,
}

/// Bytes by series.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts(BTreeMap<Series, Volume>);

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

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.counts.0.is_empty()
    }
}

/// The labels of a series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    proxy: String,
    listener: String,
    upstream: String,
    direction: Direction,
}

impl Ledger {
    pub(super) fn new(is_shown: bool) -> Self {
        Ledger { is_shown, counts: Mutex::default() }
    }

    /// Removes a proxy, whose counts stay. Gives its gate, which has been stopped.
    pub(super) fn remove(
        &self,
        registry: &Registry<Proxy>,
        name: &str,
    ) -> Result<AnyGate, ApiError> {
        // Held meanwhile, so that nobody reads its counts neither here nor there.
        let mut counts = locked(&self.counts);
        let mut was_running = false;
        let kept = registry.remove(name, |kept| {
            was_running = kept.gate.is_running();
            kept.as_proxy().is_ok()
        });
        let kept = kept.ok_or(ApiError::ProxyNotFound)?;
        if was_running {
            log::stopped(name);
        }
        log::removed(name);
        if self.is_shown {
            counts.add_proxy(name, &kept);
        }
        Ok(kept.gate)
    }

    /// Brings about what a configuration says. The counts stay of proxies that go, and of routes that are left.
    pub(super) fn apply(&self, registry: &Registry<Proxy>, plan: Plan) -> Result<(), ApplyError> {
        // Held meanwhile, as above.
        let mut counts = locked(&self.counts);
        let gone = registry.apply(plan, |name, kept| {
            if self.is_shown && kept.as_proxy().is_ok() {
                kept.beside.past.close(name, &kept.gate);
            }
        })?;
        for (name, mut kept) in gone {
            if self.is_shown && kept.as_proxy().is_ok() {
                counts.add_proxy(&name, &kept);
            }
        }
        Ok(())
    }

    /// What all proxies have counted, those of before and those of now.
    fn counts(&self, registry: &Registry<Proxy>) -> Counts {
        let before = locked(&self.counts);
        let mut counts = before.clone();
        for member in registry.all() {
            member.with(|kept| {
                if let Ok(proxy) = kept.as_proxy() {
                    counts.add_proxy(member.name(), proxy);
                }
            });
        }
        counts
    }
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

    fn add_proxy(&mut self, name: &str, kept: &Kept<Proxy>) {
        let past = &kept.beside.past;
        for (series, volume) in &past.counts.0 {
            self.add(series.clone(), *volume);
        }
        self.add_since(&past.totals, kept.gate.totals(), name, &kept.gate);
    }

    fn add(&mut self, series: Series, volume: Volume) {
        let sum = self.0.entry(series).or_default();
        sum.received += volume.received;
        sum.sent += volume.sent;
    }
}

/// The two counters, as Prometheus is shown them.
#[derive(Debug)]
pub(super) struct Proxies {
    pub(super) registry: Arc<Registry<Proxy>>,
    pub(super) ledger: Arc<Ledger>,
}

impl Collector for Proxies {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let counts = self.ledger.counts(&self.registry);
        for (name, help, read) in COUNTERS {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (series, volume) in &counts.0 {
                let labels: [Label<'_>; 4] = [
                    ("direction", stream(series.direction)),
                    ("listener", &series.listener),
                    ("proxy", &series.proxy),
                    ("upstream", &series.upstream),
                ];
                ConstCounter::new(read(volume)).encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

const COUNTERS: [Counted<Volume>; 2] = [
    ("toxiproxy_proxy_received_bytes", "Payload read from the sender.", |volume| volume.received),
    ("toxiproxy_proxy_sent_bytes", "Payload written to the receiver.", |volume| volume.sent),
];

fn stream(direction: Direction) -> &'static str {
    match direction {
        Direction::ToServer => "upstream",
        Direction::ToClient => "downstream",
    }
}
