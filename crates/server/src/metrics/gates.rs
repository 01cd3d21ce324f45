//! What goes through each gate.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chaosgate::{Accepting, Direction, Totals, Volume};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::{Counted, Label};
use crate::registry::{Beside, Kept, Registry};

/// What goes through each gate of a registry.
#[derive(Debug)]
pub(crate) struct Gates<B: Beside>(pub(crate) Arc<Registry<B>>);

/// What is known of a gate at one moment.
struct Reading {
    gate: String,
    connections: usize,
    is_running: bool,
    accepting: Accepting,
    totals: Totals,
    hits: BTreeMap<(Direction, String), u64>,
}

impl Reading {
    fn of<B>(gate: &str, kept: &mut Kept<B>) -> Self {
        Reading {
            gate: gate.to_owned(),
            connections: kept.gate.connection_count(),
            is_running: kept.gate.is_running(),
            accepting: kept.gate.accepting(),
            totals: kept.gate.totals(),
            hits: kept.all_hits(),
        }
    }
}

impl<B: Beside> Collector for Gates<B> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let members = self.0.all().into_iter();
        let readings = members
            .filter_map(|member| member.with(|kept| Reading::of(member.name(), kept)))
            .collect::<Vec<_>>();

        for (name, help, gauge) in GAUGES {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            for reading in &readings {
                let labels: [Label<'_>; 1] = [("gate", &reading.gate)];
                ConstGauge::new(gauge(reading)).encode(family.encode_family(&labels)?)?;
            }
        }
        let (name, help) = ("chaosgate_accepting", "How new clients are taken: always 1.");
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for Reading { gate, accepting, .. } in &readings {
            let labels: [Label<'_>; 2] = [("gate", gate), ("mode", accepting.as_str())];
            ConstGauge::new(1_i64).encode(family.encode_family(&labels)?)?;
        }

        for (name, help, count) in OF_A_GATE {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for Reading { gate, totals, .. } in &readings {
                let labels: [Label<'_>; 1] = [("gate", gate)];
                ConstCounter::new(count(totals)).encode(family.encode_family(&labels)?)?;
            }
        }
        for (name, help, count) in OF_A_DIRECTION {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for Reading { gate, totals, .. } in &readings {
                for direction in Direction::BOTH {
                    let labels: [Label<'_>; 2] =
                        [("direction", direction.as_str()), ("gate", gate)];
                    let count = count(&totals.of(direction));
                    ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
                }
            }
        }

        let hits = "How often a fault has done something to traffic.";
        let mut family =
            encoder.encode_descriptor("chaosgate_hits", hits, None, MetricType::Counter)?;
        for reading in &readings {
            for ((direction, fault), hits) in &reading.hits {
                let labels: [Label<'_>; 3] =
                    [("direction", direction.as_str()), ("fault", fault), ("gate", &reading.gate)];
                ConstCounter::new(*hits).encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

/// A number that goes up and down: its name, what it is for, and how it is read.
type Gauge = (&'static str, &'static str, fn(&Reading) -> i64);

const GAUGES: [Gauge; 2] = [
    ("chaosgate_connections", "Connections that stand.", |reading| {
        i64::try_from(reading.connections).unwrap_or(i64::MAX)
    }),
    ("chaosgate_running", "1 while the gate listens.", |reading| i64::from(reading.is_running)),
];

const OF_A_GATE: [Counted<Totals>; 3] = [
    ("chaosgate_clients_accepted", "Clients that were accepted.", |totals| totals.accepted),
    ("chaosgate_clients_connected", "Clients that were connected to the server.", |totals| {
        totals.connected
    }),
    ("chaosgate_dial_failures", "Clients whose server could not be reached.", |totals| {
        totals.dial_failures
    }),
];

const OF_A_DIRECTION: [Counted<Volume>; 3] = [
    ("chaosgate_received_bytes", "Payload read from the sender.", |volume| volume.received),
    ("chaosgate_segments", "Segments in which that came.", |volume| volume.segments),
    ("chaosgate_sent_bytes", "Payload written to the receiver.", |volume| volume.sent),
];
