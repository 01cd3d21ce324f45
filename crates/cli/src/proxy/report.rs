//! What is said of a gate when it begins, and when it has ended.

use std::fmt;
use std::net::SocketAddr;

use chaosgate::{Direction, EntryHandle, TcpGate, Volume};
use serde_json::{Value, json};

/// Where a gate listens, and its seed.
pub(super) struct Beginning {
    listen: Vec<SocketAddr>,
    upstream: String,
    seed: u64,
}

impl Beginning {
    pub(super) fn of(gate: &TcpGate) -> Self {
        Beginning {
            listen: gate.addresses(),
            upstream: gate.route().upstream.clone(),
            seed: gate.seed(),
        }
    }

    pub(super) fn json(&self) -> Value {
        let Beginning { listen, upstream, seed } = self;
        json!({ "event": "listening", "listen": listen, "upstream": upstream, "seed": seed })
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
pub(super) struct Totals {
    totals: chaosgate::Totals,
    hits: Vec<Hits>,
}

struct Hits {
    direction: Direction,
    fault: String,
    count: u64,
}

impl Totals {
    pub(super) fn of(gate: &TcpGate, entries: &[(Direction, EntryHandle)]) -> Self {
        let hits = entries.iter().map(|(direction, entry)| Hits {
            direction: *direction,
            fault: entry.name().to_owned(),
            count: entry.hits(),
        });
        Totals { totals: gate.totals(), hits: hits.collect() }
    }

    fn bytes(&self, direction: Direction) -> Volume {
        match direction {
            Direction::ToServer => self.totals.to_server,
            Direction::ToClient => self.totals.to_client,
        }
    }

    pub(super) fn json(&self) -> Value {
        let bytes = |direction| {
            let Volume { received, sent, .. } = self.bytes(direction);
            json!({ "bytes_received": received, "bytes_sent": sent })
        };
        let hits = self.hits.iter().map(
            |hits| json!({ "direction": hits.direction, "fault": hits.fault, "count": hits.count }),
        );
        json!({
            "event": "totals",
            "accepted": self.totals.accepted,
            "connected": self.totals.connected,
            "to_server": bytes(Direction::ToServer),
            "to_client": bytes(Direction::ToClient),
            "hits": hits.collect::<Value>(),
        })
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chaosgate::Totals { accepted, connected, .. } = self.totals;
        write!(f, "totals: accepted {accepted}, connected {connected}")?;
        for direction in Direction::BOTH {
            let Volume { received, sent, .. } = self.bytes(direction);
            write!(f, "\n{direction}: {received} bytes received, {sent} sent")?;
            let mut lead = "; hits: ";
            for hits in self.hits.iter().filter(|hits| hits.direction == direction) {
                write!(f, "{lead}{} {}", hits.fault, hits.count)?;
                lead = ", ";
            }
        }
        Ok(())
    }
}
