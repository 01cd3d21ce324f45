//! Gates as they are seen.

use axum::Json;
use axum::extract::State;
use chaosgate::{AnyGate, Direction};
use chaosgate_api::{GateStatus, HitsByFault, Statuses};
use chaosgate_config::GateConfig;

use super::Native;
use super::names::Names;
use super::refusal::Refusal;

pub(super) async fn list(State(native): State<Native>) -> Json<Statuses> {
    Json(native.statuses())
}

pub(super) async fn read(
    State(native): State<Native>,
    names: Names,
) -> Result<Json<GateStatus>, Refusal> {
    native.status(names.gate()).map(Json)
}

impl Native {
    /// All gates as they are seen.
    pub(super) fn statuses(&self) -> Statuses {
        let members = self.registry.all().into_iter();
        let gates = members.filter_map(|member| {
            let status = member.with(|kept| status(member.name(), &kept.gate))?;
            Some((member.name().to_owned(), status))
        });
        Statuses { gates: gates.collect() }
    }

    /// A gate as it is seen.
    pub(super) fn status(&self, name: &str) -> Result<GateStatus, Refusal> {
        self.with(name, |kept| Ok(status(name, &kept.gate)))
    }
}

fn status(name: &str, gate: &AnyGate) -> GateStatus {
    let hits = |direction| {
        let entries = gate.faults(direction).list().into_iter();
        entries.map(|entry| (entry.name().to_owned(), entry.hits())).collect()
    };
    GateStatus {
        name: name.to_owned(),
        running: gate.is_running(),
        addresses: gate.addresses(),
        connections: gate.connection_count(),
        seed: gate.series_seed(),
        hits: HitsByFault {
            to_server: hits(Direction::ToServer),
            to_client: hits(Direction::ToClient),
        },
        totals: gate.totals(),
        config: GateConfig::of(gate),
    }
}
