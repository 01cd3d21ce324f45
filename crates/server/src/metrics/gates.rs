//! What goes through each gate.

use std::fmt;
use std::sync::Arc;

use chaosgate::{Direction, Faults, Totals, Volume};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::{Counted, Label};
use crate::registry::{Kept, Registry};

/// What goes through each gate of a registry.
#[derive(Debug)]
pub(crate) struct Gates<B>(pub(crate) Arc<Registry<B>>);

/// What is known of a gate at one moment.
struct Reading {
    gate: String,
    connections: usize,
    totals: Totals,
    hits: Vec<(Direction, String, u64)>,
}

impl Reading {
    fn of<B>(gate: &str, kept: &mut Kept<B>) -> Self {
        let hits = |faults: Faults, direction| {
            let entries = faults.list().into_iter();
            entries.map(move |entry| (direction, entry.name().to_owned(), entry.hits()))
        };
        let to_server = hits(kept.gate.to_server(), Direction::ToServer);
        let to_client = hits(kept.gate.to_client(), Direction::ToClient);
        Reading {
            gate: gate.to_owned(),
            connections: kept.gate.connection_count(),
            totals: kept.gate.totals(),
            hits: to_server.chain(to_client).collect(),
        }
    }

    fn volumes(&self) -> [(Direction, Volume); 2] {
        let Totals { to_server, to_client, .. } = self.totals;
        [(Direction::ToServer, to_server), (Direction::ToClient, to_client)]
    }
}

impl<B: fmt::Debug + Send + Sync + 'static> Collector for Gates<B> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let members = self.0.all().into_iter();
        let readings = members
            .filter_map(|member| member.with(|kept| Reading::of(member.name(), kept)))
            .collect::<Vec<_>>();

        let open = "Connections that stand.";
        let mut family =
            encoder.encode_descriptor("chaosgate_connections", open, None, MetricType::Gauge)?;
        for Reading { gate, connections, .. } in &readings {
            let labels: [Label<'_>; 1] = [("gate", gate)];
            let connections = i64::try_from(*connections).unwrap_or(i64::MAX);
            ConstGauge::new(connections).encode(family.encode_family(&labels)?)?;
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
            for reading in &readings {
                for (direction, volume) in reading.volumes() {
                    let labels: [Label<'_>; 2] =
                        [("direction", direction.as_str()), ("gate", &reading.gate)];
                    ConstCounter::new(count(&volume)).encode(family.encode_family(&labels)?)?;
                }
            }
        }

        let hits = "How often a fault has done something to traffic.";
        let mut family =
            encoder.encode_descriptor("chaosgate_hits", hits, None, MetricType::Counter)?;
        for reading in &readings {
            for (direction, fault, hits) in &reading.hits {
                let labels: [Label<'_>; 3] =
                    [("direction", direction.as_str()), ("fault", fault), ("gate", &reading.gate)];
                ConstCounter::new(*hits).encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

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
