//! What goes through a gate: how it is counted, and what users are shown of it.

use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::SystemTime;

use chaosgate_faults::Direction;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::written;

/// What goes one way of a connection, as it is counted.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// Bytes that came from the source.
    pub(crate) received: AtomicU64,
    /// In how many segments.
    pub(crate) segments: AtomicU64,
    /// Bytes that the sink has taken.
    pub(crate) sent: AtomicU64,
    /// Datagrams that found no room.
    pub(crate) dropped: AtomicU64,
    /// Bytes that faults have discarded.
    pub(crate) lost: AtomicU64,
}

impl Traffic {
    /// A segment of so many bytes has come.
    pub(crate) fn count(&self, bytes: usize) {
        self.segments.fetch_add(1, Relaxed);
        self.received.fetch_add(bytes as u64, Relaxed);
    }

    /// What has gone so far.
    pub(crate) fn volume(&self) -> Volume {
        Volume {
            received: self.received.load(Relaxed),
            segments: self.segments.load(Relaxed),
            sent: self.sent.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            lost: self.lost.load(Relaxed),
        }
    }
}

/// A connection through a gate. With serde it is an object of these names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectionInfo {
    /// Its number, never used again on this gate.
    pub number: u64,
    /// The client's address.
    pub client: SocketAddr,
    /// When the client was accepted; in an object the seconds since 1970 began, to a microsecond.
    #[serde(with = "written::since_1970")]
    #[schemars(with = "f64")]
    pub since: SystemTime,
    /// Payload on the way to the server.
    pub to_server: Volume,
    /// Payload on the way to the client.
    pub to_client: Volume,
    /// How often faults did something to its traffic.
    pub hits: u64,
}

/// How much went one way, in bytes but for `segments` and `dropped`. With serde it is an object of these
/// names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Volume {
    /// Read from the sender.
    pub received: u64,
    /// In how many segments: what one read brought, for UDP a datagram.
    pub segments: u64,
    /// Written to the receiver.
    pub sent: u64,
    /// Datagrams that found no room in the gate, or could not be sent. What the system discards
    /// before the gate can receive it is not known. None of TCP's data is dropped.
    pub dropped: u64,
    /// Payload bytes that faults have discarded: `drop`, `loss`, `burst_loss`, a `blackhole` that is
    /// told to; of datagrams also a `blackhole` and an `idle` that has forgotten the flow. A stream that goes on without them has a hole.
    pub lost: u64,
}

impl Volume {
    pub(crate) fn add(&mut self, more: Volume) {
        self.received += more.received;
        self.segments += more.segments;
        self.sent += more.sent;
        self.dropped += more.dropped;
        self.lost += more.lost;
    }
}

/// What has gone through a gate since it was made. With serde it is an object of these names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Clients that were accepted.
    pub accepted: u64,
    /// Clients whose connection to the server stood.
    pub connected: u64,
    /// Clients whose connection to the server could not be made.
    pub dial_failures: u64,
    /// How often the server's machine has said that nobody has the port; for UDP alone.
    pub unreachable: u64,
    /// Payload on the way to the server.
    pub to_server: Volume,
    /// Payload on the way to the client.
    pub to_client: Volume,
}

impl Totals {
    /// Payload on the way in this direction.
    pub fn of(&self, direction: Direction) -> Volume {
        match direction {
            Direction::ToServer => self.to_server,
            Direction::ToClient => self.to_client,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_connection_is_an_object_from_which_it_can_be_read() {
        let to_server = Volume { received: 3, segments: 2, sent: 1, dropped: 4, lost: 5 };
        let connection = ConnectionInfo {
            number: 7,
            client: SocketAddr::from(([127, 0, 0, 1], 80)),
            since: UNIX_EPOCH + Duration::from_millis(1_700_000_000_250),
            to_server,
            to_client: Volume::default(),
            hits: 6,
        };
        let written = serde_json::to_string(&connection).expect("an object");
        let beginning = r#"{"number":7,"client":"127.0.0.1:80","since":1700000000.25,"to_server":{"received":3,"segments":2,"sent":1,"dropped":4,"lost":5},"#;
        assert!(written.starts_with(beginning), "{written}");
        assert_eq!(serde_json::from_str::<ConnectionInfo>(&written).expect(&written), connection);
    }
}
