//! What is measured.

use super::unit::Unit;

/// One thing that is measured of every proxy that can do it.
#[derive(Debug)]
pub(super) struct Measure {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) unit: Unit,
    /// The arguments of `chaosgate-load`.
    pub(super) load: &'static [&'static str],
    /// What the proxy does to what the server sends.
    pub(super) fault: Option<Fault>,
    /// What the value would be if the fault were exact. Without it, a value is compared with that of
    /// client and server alone.
    pub(super) asked: Option<f64>,
    /// Whether it belongs to the short round.
    pub(super) is_quick: bool,
}

impl Measure {
    /// Whether it is one of datagrams.
    pub(super) fn is_udp(&self) -> bool {
        self.load[0] == "datagrams"
    }

    /// Whether it needs a proxy: memory is the proxy's own, and a fault that is asked for is its work.
    pub(super) fn needs_a_proxy(&self) -> bool {
        self.unit == Unit::Bytes || self.asked.is_some()
    }
}

/// What a proxy does to what the server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Latency { milliseconds: u64 },
    Bandwidth { bytes_per_second: u64 },
    Slice { bytes: u64 },
}

/// A measure without a fault, that belongs to every round.
const PLAIN: Measure = Measure {
    name: "",
    title: "",
    unit: Unit::BytesPerSecond,
    load: &[],
    fault: None,
    asked: None,
    is_quick: true,
};

/// All measures, in the order in which they are taken and shown.
pub(super) const MEASURES: [Measure; 13] = [
    Measure { name: "down-1", title: "1 stream down", load: &["bulk"], ..PLAIN },
    Measure { name: "down-8", title: "8 streams down", load: &["bulk", "--streams=8"], ..PLAIN },
    Measure {
        name: "up-8",
        title: "8 streams up",
        load: &["bulk", "--streams=8", "--up"],
        is_quick: false,
        ..PLAIN
    },
    Measure {
        name: "round-trip",
        title: "round trip of 64 bytes",
        unit: Unit::Seconds,
        load: &["round-trips"],
        ..PLAIN
    },
    Measure {
        name: "connections",
        title: "new connections, 8 at once",
        unit: Unit::ConnectionsPerSecond,
        load: &["connections"],
        ..PLAIN
    },
    Measure {
        name: "idle",
        title: "memory for an idle connection, of 2,000",
        unit: Unit::Bytes,
        load: &["idle"],
        ..PLAIN
    },
    Measure {
        name: "udp-64",
        title: "UDP, 64 bytes and back, 64 under way",
        unit: Unit::DatagramsPerSecond,
        load: &["datagrams"],
        ..PLAIN
    },
    Measure {
        name: "udp-1200",
        title: "UDP, 1,200 bytes and back, 64 under way",
        unit: Unit::DatagramsPerSecond,
        load: &["datagrams", "--size=1200"],
        is_quick: false,
        ..PLAIN
    },
    Measure {
        name: "latency",
        title: "round trip of 8 connections with a latency of 10 ms",
        unit: Unit::Seconds,
        load: &["round-trips", "--connections=8"],
        fault: Some(Fault::Latency { milliseconds: 10 }),
        asked: Some(0.010),
        ..PLAIN
    },
    Measure {
        name: "latency-bulk",
        title: "1 stream down with a latency of 100 ms",
        load: &["bulk"],
        fault: Some(Fault::Latency { milliseconds: 100 }),
        is_quick: false,
        ..PLAIN
    },
    Measure {
        name: "bandwidth-1",
        title: "1 stream down at 1 MB/s",
        load: &["bulk"],
        fault: Some(Fault::Bandwidth { bytes_per_second: 1_000_000 }),
        asked: Some(1e6),
        is_quick: false,
        ..PLAIN
    },
    Measure {
        name: "bandwidth-100",
        title: "1 stream down at 100 MB/s",
        load: &["bulk"],
        fault: Some(Fault::Bandwidth { bytes_per_second: 100_000_000 }),
        asked: Some(1e8),
        is_quick: false,
        ..PLAIN
    },
    Measure {
        name: "slice",
        title: "1 stream down in slices of 1 KiB",
        load: &["bulk"],
        fault: Some(Fault::Slice { bytes: 1024 }),
        is_quick: false,
        ..PLAIN
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = MEASURES.iter().map(|one| one.name).collect();
        assert_eq!(names.len(), MEASURES.len());
    }

    #[test]
    fn what_is_asked_for_is_a_faults_work() {
        assert!(MEASURES.iter().all(|one| one.asked.is_none() || one.fault.is_some()));
    }
}
