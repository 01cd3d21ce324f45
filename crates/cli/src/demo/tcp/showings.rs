//! How the conditions of streams are shown, in their order. A new one is one more entry.
//!
//! Lower limits on times are exact, since a gate is never early. Upper ones are the client's
//! patience, so that a busy machine does not fail the demo.

use chaosgate::Direction;
use chaosgate_trial::{Failure, streams};

use crate::demo::seen::Seen;
use crate::demo::showing::Showing;

/// How many connections the client has when the network begins to fail: one that meets the failure,
/// and one that may have died in its pool when it recovers.
pub(super) const CONNECTIONS: usize = 2;

/// A value with which a request and its answer are each one small packet.
const SMALL: usize = 200;

/// What the client does under a condition.
#[derive(Debug, Clone, Copy)]
pub(in crate::demo) enum Deed {
    /// Stores a value of so many bytes, which it gets back, on a connection that it keeps or else on
    /// a new one.
    Ask(usize),
    /// The same on two connections at once.
    AskTwice(usize),
    /// The same, and asks the server to close the connection after its answer.
    AskLast(usize),
    /// Asks, then ends its direction and waits until the server has ended the other one.
    Leave,
    /// Waits for the end of a connection that is open already, and says nothing.
    Idle,
}

pub(super) const SHOWINGS: &[Showing<Deed>] = &[
    Showing {
        condition: &streams::NO_ACCEPT,
        deed: Deed::Ask(SMALL),
        hits: 0,
        shows: |it| it.timed_out() && it.accepted == 0,
    },
    Showing {
        condition: &streams::REFUSE,
        deed: Deed::Ask(SMALL),
        hits: 0,
        shows: |it| it.failed(&Failure::Refused),
    },
    #[cfg(target_os = "linux")]
    Showing {
        condition: &streams::CONNECT_TIMEOUT,
        deed: Deed::Ask(SMALL),
        hits: 0,
        shows: |it| matches!(it.client, Seen::ConnectTimedOut { .. }) && it.accepted == 0,
    },
    Showing {
        condition: &streams::MUTE,
        deed: Deed::Ask(SMALL),
        hits: 0,
        shows: |it| it.timed_out() && it.accepted == 1 && it.connected == 0,
    },
    Showing {
        condition: &streams::STALL,
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.timed_out() && it.hits == 1 && it.lost_on_the_way() && it.read_by_gate == 0,
    },
    Showing {
        condition: &streams::DROP,
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.timed_out() && it.lost_on_the_way() && it.read_by_gate > 0,
    },
    Showing {
        condition: &streams::CLOSE_CONNECTIONS,
        deed: Deed::Idle,
        hits: 0,
        shows: |it| matches!(it.client, Seen::IdleClosed { .. }) && it.server.connections == 0,
    },
    Showing {
        condition: &streams::CLOSE_ON_DATA,
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.failed(&Failure::Closed) && it.lost_on_the_way(),
    },
    Showing {
        condition: &streams::RESET,
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.failed(&Failure::Reset) && it.lost_on_the_way(),
    },
    Showing {
        condition: &streams::BLACKHOLE,
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
    Showing {
        condition: &streams::CORRUPT,
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.client == Seen::WrongBytes,
    },
    Showing {
        condition: &streams::LATENCY,
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.answered_no_sooner_than(100),
    },
    Showing {
        condition: &streams::BANDWIDTH,
        deed: Deed::Ask(8_000),
        hits: 1,
        // The head of the message is more than the burst of 1 ms worth, 40 bytes.
        shows: |it| it.answered_no_sooner_than(200),
    },
    Showing {
        condition: &streams::BANDWIDTH_SHARED,
        deed: Deed::AskTwice(6_000),
        hits: 2,
        shows: |it| it.answered_no_sooner_than(300),
    },
    Showing {
        condition: &streams::LIFETIME,
        deed: Deed::Idle,
        hits: 1,
        shows: |it| matches!(it.client, Seen::IdleClosed { after } if after.as_millis() >= 200),
    },
    Showing {
        condition: &streams::IDLE,
        deed: Deed::Idle,
        hits: 1,
        shows: |it| matches!(it.client, Seen::IdleClosed { after } if after.as_millis() >= 200),
    },
    Showing {
        condition: &streams::SLICE,
        deed: Deed::Ask(SMALL),
        hits: 1,
        // Pieces may merge at a receiver that is late, but the last one comes after 11 pauses: the
        // head of the message is more than 20 bytes.
        shows: |it| it.answered_no_sooner_than(55) && it.pieces() > 1,
    },
    Showing {
        condition: &streams::COALESCE,
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| it.answered_no_sooner_than(100),
    },
    Showing {
        condition: &streams::LIMIT_BYTES,
        deed: Deed::Ask(SMALL),
        hits: 1,
        shows: |it| match it.direction {
            Some(Direction::ToServer) => it.failed(&Failure::Closed) && it.server.bytes == 64,
            _ => it.client == Seen::CutOff { bytes: 64 },
        },
    },
    Showing {
        condition: &streams::SLOW_CLOSE,
        deed: Deed::Leave,
        hits: 1,
        shows: |it| matches!(it.client, Seen::Farewell { after } if after.as_millis() >= 200),
    },
];
