//! What faults may have done to the data.

use std::collections::BTreeSet;

use chaosgate_faults::{Blackhole, Ends, Entry, FaultSpec, Transport, Unsent};

/// What a fault that has counted a hit may have done.
///
/// A kind that has none of these delivers all that comes, later or in other pieces, unless it closes
/// the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// Some of it never comes out.
    Discards,
    /// Some bytes are others, and their number is the same.
    Changes,
    /// The end of a datagram is missing.
    Cuts,
    /// A datagram comes more than once.
    Repeats,
    /// A datagram comes before one that was sent earlier.
    Reorders,
}

/// What has happened on one direction.
#[derive(Debug)]
pub(crate) struct Effects {
    transport: Transport,
    kinds: BTreeSet<Effect>,
    /// The names of the entries that have counted a hit.
    names: BTreeSet<String>,
}

impl Effects {
    /// Nothing yet.
    pub(crate) fn of_nothing(transport: Transport) -> Self {
        Effects { transport, kinds: BTreeSet::new(), names: BTreeSet::new() }
    }

    /// An entry of this direction has counted a hit.
    pub(crate) fn note_hit(&mut self, by: &Entry) {
        self.names.insert(by.name().to_owned());
        self.kinds.extend(of(by, self.transport));
    }

    /// An entry of the other direction has, and has a part on this one.
    pub(crate) fn note_hit_beside(&mut self, by: &Entry) {
        if works_both_ways(by) {
            self.kinds.extend(of(by, self.transport));
        }
    }

    pub(crate) fn have(&self, effect: Effect) -> bool {
        self.kinds.contains(&effect)
    }

    /// Whether all that was sent is to come once, and unchanged.
    pub(crate) fn leave_all(&self) -> bool {
        self.kinds.iter().all(|effect| *effect == Effect::Reorders)
    }

    /// Whether an entry of this name has counted a hit.
    pub(crate) fn are_by(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// By its name, so that faults can be named before they are there.
fn of(entry: &Entry, transport: Transport) -> Option<Effect> {
    match entry.fault().type_name() {
        "blackhole" | "idle" if transport == Transport::Stream && keeps(entry.fault()) => None,
        "drop" | "blackhole" | "loss" | "burst_loss" | "idle" => Some(Effect::Discards),
        "corrupt" => Some(Effect::Changes),
        "truncate" => Some(Effect::Cuts),
        "duplicate" => Some(Effect::Repeats),
        "reorder" => Some(Effect::Reorders),
        "latency" if overtakes(entry.fault()) => Some(Effect::Reorders),
        _ => None,
    }
}

/// Whether data waits on a stream that it lets nothing through on.
fn keeps(fault: &FaultSpec) -> bool {
    match fault {
        FaultSpec::Blackhole(Blackhole { data: None, ends, .. }) => *ends == Ends::Swallow,
        FaultSpec::Blackhole(Blackhole { data, .. }) => *data == Some(Unsent::Hold),
        _ => true,
    }
}

fn overtakes(fault: &FaultSpec) -> bool {
    matches!(fault, FaultSpec::Latency(latency) if !latency.keep_order)
}

fn works_both_ways(entry: &Entry) -> bool {
    entry.fault().type_name() == "idle"
}
