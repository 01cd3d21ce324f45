//! Toxiproxy's two counters.

use std::fmt;
use std::sync::Arc;

use chaosgate::{Direction, Volume};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;

use super::ledger;
use super::proxy::Proxy;
use crate::metrics::{Counted, Label};
use crate::registry::Registry;

/// The two counters, as Prometheus is shown them.
#[derive(Debug)]
pub(super) struct Proxies(pub(super) Arc<Registry<Proxy>>);

impl Collector for Proxies {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let counts = ledger::counts(&self.0);
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
