//! What is said of a gate when it begins, and when it has ended.

use std::fmt;
use std::net::SocketAddr;

use chaosgate::{AnyGate, Direction, EntryHandle, Transport, Volume};
use serde::Serialize;

use crate::output::counted;

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
#[derive(PartialEq, Serialize)]
#[serde(tag = "event", rename = "totals")]
pub(super) struct Totals {
    #[serde(flatten)]
    gate: chaosgate::Totals,
    hits: Vec<Hits>,
    /// Whether datagrams did, which find no room or nobody at times.
    #[serde(skip)]
    of_datagrams: bool,
}

#[derive(PartialEq, Serialize)]
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

    /// What went this way.
    pub(super) fn volume(&self, direction: Direction) -> Volume {
        self.gate.of(direction)
    }

    /// How often the faults of this way did something, if there are any: `; hits: latency 1`.
    pub(super) fn hits(&self, direction: Direction) -> String {
        let hits = self.hits.iter().filter(|hits| hits.direction == direction);
        let hits: Vec<_> = hits.map(|hits| format!("{} {}", hits.fault, hits.count)).collect();
        if hits.is_empty() { String::new() } else { format!("; hits: {}", hits.join(", ")) }
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
            let Volume { received, segments, sent, dropped, lost } = self.volume(direction);
            write!(f, "\n{direction}: {} received", counted(received, "byte"))?;
            if self.of_datagrams {
                write!(f, " in {}", counted(segments, "datagram"))?;
            }
            write!(f, ", {sent} sent")?;
            if lost > 0 {
                write!(f, ", {lost} lost to faults")?;
            }
            if self.of_datagrams {
                write!(f, ", {} dropped", counted(dropped, "datagram"))?;
            }
            f.write_str(&self.hits(direction))?;
        }
        Ok(())
    }
}
