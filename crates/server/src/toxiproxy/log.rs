//! What the log is told of proxies. Each line has a name of its own, by which the words of the model are
//! found for who waits for those.

use super::proxy::Proxy;

/// It listens from now on.
pub(super) fn started(gate: &str, proxy: &Proxy) {
    let Proxy { listen, upstream, .. } = proxy;
    tracing::info!(name: "started", target: "chaosgate", gate, listen, upstream, "the gate is open");
}

/// It listens no more.
pub(super) fn stopped(gate: &str) {
    tracing::info!(name: "stopped", target: "chaosgate", gate, "the gate is shut");
}

/// It is there, though it may be shut.
pub(super) fn created(gate: &str, proxy: &Proxy) {
    let Proxy { listen, upstream, .. } = proxy;
    tracing::info!(target: "chaosgate", gate, listen, upstream, "a gate is made");
}

/// It is there no more.
pub(super) fn removed(gate: &str) {
    tracing::info!(target: "chaosgate", gate, "the gate is removed");
}
