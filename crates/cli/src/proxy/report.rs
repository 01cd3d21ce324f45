//! What is said of a gate when it begins, and when it has ended.

use std::fmt;
use std::net::SocketAddr;

use chaosgate::{AnyGate, Direction, EntryHandle, Transport, Volume};
use serde::Serialize;

/// Where a gate listens, and its seed.
#[derive(Serialize)]
#[serde(tag = "event", rename = "listening")]
pub(super) struct Beginning {
    listen: Vec<SocketAddr>,
    upstream: String,
    seed: u64,
}

impl Beginning {
    pub(super) fn of(gate: &AnyGate) -> Self {
        Beginning {
            listen: gate.addresses(),
            upstream: gate.route().upstream.clone(),
            seed: gate.seed(),
        }
    }
}

impl fmt::Display for Beginning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Beginning { listen, upstream, seed } = self;
        let listen: Vec<_> = listen.iter().map(SocketAddr::to_string).collect();
        write!(f, "listening on {}, upstream {upstream}, seed {seed}", listen.join(" and "))
    }
}

/// What went through a gate.
#[derive(Serialize)]
#[serde(tag = "event", rename = "totals")]
pub(super) struct Totals {
    #[serde(flatten)]
    gate: chaosgate::Totals,
    hits: Vec<Hits>,
    /// Whether datagrams did, which find no room or nobody at times.
    #[serde(skip)]
    of_datagrams: bool,
}

#[derive(Serialize)]
struct Hits {
    direction: Direction,
    fault: String,
    count: u64,
}

impl Totals {
    pub(super) fn of(gate: &AnyGate, entries: &[(Direction, EntryHandle)]) -> Self {
        let hits = entries.iter().map(|(direction, entry)| Hits {
            direction: *direction,
            fault: entry.name().to_owned(),
            count: entry.hits(),
        });
        let of_datagrams = gate.transport() == Transport::Datagram;
        Totals { gate: gate.totals(), hits: hits.collect(), of_datagrams }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chaosgate::Totals { accepted, connected, unreachable, .. } = self.gate;
        write!(f, "totals: accepted {accepted}, connected {connected}")?;
        if self.of_datagrams {
            write!(f, ", unreachable {unreachable}")?;
        }
        for direction in Direction::BOTH {
            let Volume { received, sent, dropped, .. } = self.gate.of(direction);
            write!(f, "\n{direction}: {received} bytes received, {sent} sent")?;
            if self.of_datagrams {
                write!(f, ", {dropped} datagrams dropped")?;
            }
            let mut lead = "; hits: ";
            for hits in self.hits.iter().filter(|hits| hits.direction == direction) {
                write!(f, "{lead}{} {}", hits.fault, hits.count)?;
                lead = ", ";
            }
        }
        Ok(())
    }
}
