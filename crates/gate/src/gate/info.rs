//! What users are shown of connections and traffic.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use chaosgate_faults::Direction;

use crate::client::{Client, Traffic};

/// A connection through a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionInfo {
    /// Its number, never used again on this gate.
    pub number: u64,
    /// The client's address.
    pub client: SocketAddr,
    /// When the client was accepted.
    pub since: SystemTime,
    /// Payload on the way to the server.
    pub to_server: Volume,
    /// Payload on the way to the client.
    pub to_client: Volume,
    /// How often faults did something to its traffic.
    pub hits: u64,
}

impl ConnectionInfo {
    pub(crate) fn of(client: &Client) -> Self {
        ConnectionInfo {
            number: client.number,
            client: client.address,
            since: client.since,
            to_server: Volume::of(client.traffic(Direction::ToServer)),
            to_client: Volume::of(client.traffic(Direction::ToClient)),
            hits: client.hits(),
        }
    }
}

/// How many bytes went one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
}

impl Volume {
    fn of(traffic: &Traffic) -> Self {
        Volume {
            received: traffic.received.load(Ordering::Relaxed),
            segments: traffic.segments.load(Ordering::Relaxed),
            sent: traffic.sent.load(Ordering::Relaxed),
            dropped: traffic.dropped.load(Ordering::Relaxed),
        }
    }

    fn add(&mut self, more: Volume) {
        self.received += more.received;
        self.segments += more.segments;
        self.sent += more.sent;
        self.dropped += more.dropped;
    }
}

/// What has gone through a gate since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
    pub(crate) fn add(&mut self, client: &Client) {
        self.unreachable += client.unreachable();
        self.to_server.add(Volume::of(client.traffic(Direction::ToServer)));
        self.to_client.add(Volume::of(client.traffic(Direction::ToClient)));
    }
}
