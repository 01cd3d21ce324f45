//! What a gate that there is has for a configuration.

use chaosgate::units::ByteSize;
use chaosgate::{AnyGate, Builder, Direction, EntrySpec, How, Tcp, Udp};

use crate::gate_config::GateConfig;
use crate::protocol::Protocol;

impl GateConfig {
    /// What a gate is now, whoever has made it so: a gate that is made with this is the same. Each fault
    /// has its name; what is as it is if nothing is said is left out, but for `listen` and `seed`.
    pub fn of(gate: &AnyGate) -> Self {
        let (route, protocol) = (gate.route(), Protocol::of(gate.transport()));
        let is_tcp = protocol == Protocol::Tcp;
        let idle = Some(gate.idle()).filter(|idle| *idle != Builder::<Udp>::IDLE);
        let on_dial_failure = Some(gate.on_dial_failure()).filter(|how| *how != How::Reset);
        GateConfig {
            listen: Some(route.listen.clone()),
            protocol,
            seed: Some(gate.seed()),
            to_server: faults_of(gate, Direction::ToServer),
            to_client: faults_of(gate, Direction::ToClient),
            accepting: gate.accepting(),
            on_dial_failure: on_dial_failure.filter(|_| is_tcp),
            idle: idle.filter(|_| !is_tcp),
            buffer: other_than(Builder::<Tcp>::BUFFER, gate.buffer()),
            buffer_total: other_than(Builder::<Tcp>::BUFFER_TOTAL, gate.buffer_total()),
            enabled: gate.is_running(),
            ..GateConfig::new(&route.upstream)
        }
    }
}

/// The faults of a direction, each with its name.
pub fn faults_of(gate: &AnyGate, direction: Direction) -> Vec<EntrySpec> {
    let entries = gate.faults(direction).list();
    entries.iter().filter_map(|entry| Some(entry.spec()?.clone().named(entry.name()))).collect()
}

fn other_than(usual: usize, bytes: usize) -> Option<ByteSize> {
    (bytes != usual).then(|| ByteSize::new(bytes as u64))
}
