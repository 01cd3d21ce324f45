//! What the log is told of gates. Each line has a name of its own, by which the words of Toxiproxy are found
//! for who waits for those.

use chaosgate::AnyGate;

/// It listens from now on.
pub(crate) fn started(gate: &str, listen: &str, upstream: &str) {
    tracing::info!(name: "started", target: "chaosgate", gate, listen, upstream, "the gate is open");
}

/// It listens no more.
pub(crate) fn stopped(gate: &str) {
    tracing::info!(name: "stopped", target: "chaosgate", gate, "the gate is shut");
}

/// It is there, though it may be shut.
pub(crate) fn created(gate: &str, listen: &str, upstream: &str) {
    tracing::info!(target: "chaosgate", gate, listen, upstream, "a gate is made");
}

/// It is there no more.
pub(crate) fn removed(gate: &str) {
    tracing::info!(target: "chaosgate", gate, "the gate is removed");
}

/// It is there, and listens if it is to.
pub(crate) fn made(name: &str, gate: &AnyGate) {
    let upstream = &gate.route().upstream;
    if gate.is_running() {
        started(name, &gate.address().to_string(), upstream);
    } else {
        created(name, &gate.route().listen, upstream);
    }
}
