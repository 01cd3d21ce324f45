//! The conditions of streams, in their order. A new condition is one more entry.
//!
//! Lower limits on times are exact, since a gate is never early. Upper ones are the client's
//! patience, so that a busy machine does not fail the demo.

use chaosgate::{Accepting, Direction, How};

use super::client::{CONNECTIONS, Client, Deed};
use crate::demo::condition::{Condition, Network};
use crate::demo::seen::Seen;

/// A value with which a request and its answer are each one small packet.
const SMALL: usize = 200;

pub(super) const CONDITIONS: &[Condition<Client>] = &[
    Condition {
        slug: "no-accept",
        about: "the server takes no new connections",
        network: Network::Accepting(Accepting::Hold),
        deed: Deed::AskAnew(SMALL),
        hits: 0,
        shows: |it| it.timed_out() && it.accepted == 0,
    },
    Condition {
        slug: "refuse",
        about: "no server listens",
        network: Network::Accepting(Accepting::Refuse),
        deed: Deed::AskAnew(SMALL),
        hits: 0,
        shows: |it| it.client == Seen::Refused,
    },
    #[cfg(target_os = "linux")]
    Condition {
        slug: "connect-timeout",
        about: "connects time out",
        network: Network::Accepting(Accepting::Timeout),
        deed: Deed::AskAnew(SMALL),
        hits: 0,
        shows: |it| matches!(it.client, Seen::ConnectTimedOut { .. }) && it.accepted == 0,
    },
    Condition {
        slug: "mute",
        about: "the server takes connections and never says a word",
        network: Network::Accepting(Accepting::Mute),
        deed: Deed::AskAnew(SMALL),
        hits: 0,
        shows: |it| it.timed_out() && it.accepted == 1 && it.connected == 0,
    },
    Condition {
        slug: "stall",
        about: "a side does not read",
        network: Network::Fault("stall"),
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.timed_out() && it.hits == 1 && it.lost_on_the_way() && it.read_by_gate == 0,
    },
    Condition {
        slug: "drop",
        about: "a side reads but does not respond",
        network: Network::Fault("drop"),
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.timed_out() && it.lost_on_the_way() && it.read_by_gate > 0,
    },
    Condition {
        slug: "close-connections",
        about: "all connections are closed",
        network: Network::CloseConnections(How::Fin),
        deed: Deed::Idle,
        hits: 0,
        shows: |it| matches!(it.client, Seen::IdleClosed { .. }) && it.server.connections == 0,
    },
    Condition {
        slug: "close-on-data",
        about: "a connection is closed when data comes",
        network: Network::Fault("close_on_data"),
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.client == Seen::Closed && it.lost_on_the_way(),
    },
    Condition {
        slug: "reset",
        about: "a connection is reset",
        network: Network::Fault("reset:since=first_data"),
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.client == Seen::Reset && it.lost_on_the_way(),
    },
    Condition {
        slug: "blackhole",
        about: "the network is down: neither data nor an end comes from a side",
        network: Network::Fault("blackhole"),
        deed: Deed::AskLast(SMALL),
        // The data that waits. The end of stream of the side that has given up stands behind it.
        hits: 1,
        shows: |it| match it.direction {
            // The client has left, and the server does not know.
            Some(Direction::ToServer) => {
                it.timed_out() && it.lost_on_the_way() && it.server.connections == CONNECTIONS
            }
            // The server has left, and the client did not know.
            _ => it.timed_out() && it.lost_on_the_way(),
        },
    },
    Condition {
        slug: "corrupt",
        about: "bytes are changed on the way",
        network: Network::Fault("corrupt"),
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.client == Seen::WrongBytes,
    },
    Condition {
        slug: "latency",
        about: "sending and receiving are delayed",
        network: Network::Fault("latency:delay=100ms"),
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.answered_no_sooner_than(100),
    },
    Condition {
        slug: "bandwidth",
        about: "the rate is limited",
        network: Network::Fault("bandwidth:rate=40kB/s"),
        deed: Deed::Ask(8_000),
        hits: 1,
        // The head of the message is more than the burst of 1 ms worth, 40 bytes.
        shows: |it| it.answered_no_sooner_than(200),
    },
    Condition {
        slug: "bandwidth-shared",
        about: "two connections share a limited rate",
        network: Network::Fault("bandwidth:rate=40kB/s,scope=gate"),
        deed: Deed::AskTwice(6_000),
        hits: 2,
        shows: |it| it.answered_no_sooner_than(300),
    },
    Condition {
        slug: "lifetime",
        about: "connections are closed when their time is over",
        network: Network::Fault("lifetime:timeout=200ms"),
        deed: Deed::Idle,
        hits: 1,
        shows: |it| matches!(it.client, Seen::IdleClosed { after } if after.as_millis() >= 200),
    },
    Condition {
        slug: "idle",
        about: "connections that are silent for too long are closed",
        network: Network::Fault("idle:timeout=200ms"),
        deed: Deed::Idle,
        hits: 1,
        shows: |it| matches!(it.client, Seen::IdleClosed { after } if after.as_millis() >= 200),
    },
    Condition {
        slug: "slice",
        about: "data comes in small pieces",
        network: Network::Fault("slice:size=20B,pause=5ms"),
        deed: Deed::Ask(SMALL),
        hits: 1,
        // Pieces may merge at a receiver that is late, but the last one comes after 11 pauses: the
        // head of the message is more than 20 bytes.
        shows: |it| it.answered_no_sooner_than(55) && it.pieces() > 1,
    },
    Condition {
        slug: "coalesce",
        about: "data is held back, and comes in one piece",
        network: Network::Fault("coalesce:size=1MB,max_wait=100ms"),
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.answered_no_sooner_than(100),
    },
    Condition {
        slug: "limit-bytes",
        about: "a connection is closed after so many bytes",
        network: Network::Fault("limit_bytes:bytes=64B"),
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| match it.direction {
            Some(Direction::ToServer) => it.client == Seen::Closed && it.server.bytes == 64,
            _ => it.client == Seen::CutOff { bytes: 64 },
        },
    },
    Condition {
        slug: "slow-close",
        about: "the end of a connection comes late",
        network: Network::Fault("slow_close:delay=200ms"),
        deed: Deed::Leave,
        hits: 1,
        shows: |it| matches!(it.client, Seen::Farewell { after } if after.as_millis() >= 200),
    },
];
