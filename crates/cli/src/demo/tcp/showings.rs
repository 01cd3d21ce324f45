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
    Showing::new(&streams::NO_ACCEPT, Deed::Ask(SMALL), |it| it.timed_out() && it.accepted == 0),
    Showing::new(&streams::REFUSE, Deed::Ask(SMALL), |it| it.failed(&Failure::Refused)),
    #[cfg(target_os = "linux")]
    Showing::new(&streams::CONNECT_TIMEOUT, Deed::Ask(SMALL), |it| {
        matches!(it.client, Seen::ConnectTimedOut { .. }) && it.accepted == 0
    }),
    Showing::new(&streams::MUTE, Deed::Ask(SMALL), |it| {
        it.timed_out() && it.accepted == 1 && it.connected == 0
    }),
    Showing::new(&streams::STALL, Deed::Ask(SMALL), |it| {
        it.timed_out() && it.hits == 1 && it.lost_on_the_way() && it.read_by_gate == 0
    }),
    Showing::new(&streams::DROP, Deed::Ask(SMALL), |it| {
        it.timed_out() && it.lost_on_the_way() && it.read_by_gate > 0
    }),
    Showing::new(&streams::CLOSE_CONNECTIONS, Deed::Idle, |it| {
        matches!(it.client, Seen::IdleClosed { .. }) && it.server.connections == 0
    }),
    Showing::new(&streams::CLOSE_ON_DATA, Deed::Ask(SMALL), |it| {
        it.failed(&Failure::Closed) && it.lost_on_the_way()
    }),
    Showing::new(&streams::RESET, Deed::Ask(SMALL), |it| {
        it.failed(&Failure::Reset) && it.lost_on_the_way()
    }),
    // The data that waits. The end of stream of the side that has given up stands behind it.
    Showing::new(&streams::BLACKHOLE, Deed::AskLast(SMALL), |it| match it.direction {
        // The client has left, and the server does not know.
        Some(Direction::ToServer) => {
            it.timed_out() && it.lost_on_the_way() && it.server.connections == CONNECTIONS
        }
        // The server has left, and the client did not know.
        _ => it.timed_out() && it.lost_on_the_way(),
    }),
    Showing::new(&streams::CORRUPT, Deed::Ask(SMALL), |it| it.client == Seen::WrongBytes),
    Showing::new(&streams::LATENCY, Deed::Ask(SMALL), |it| it.answered_no_sooner_than(100)),
    // The head of the message is more than the burst of 1 ms worth, 40 bytes.
    Showing::new(&streams::BANDWIDTH, Deed::Ask(8_000), |it| it.answered_no_sooner_than(200)),
    Showing::new(&streams::BANDWIDTH_SHARED, Deed::AskTwice(6_000), |it| {
        it.answered_no_sooner_than(300)
    })
    .hitting(2),
    Showing::new(
        &streams::LIFETIME,
        Deed::Idle,
        |it| matches!(it.client, Seen::IdleClosed { after } if after.as_millis() >= 200),
    ),
    Showing::new(
        &streams::IDLE,
        Deed::Idle,
        |it| matches!(it.client, Seen::IdleClosed { after } if after.as_millis() >= 200),
    ),
    // Pieces may merge at a receiver that is late, but the last one comes after 11 pauses: the
    // head of the message is more than 20 bytes.
    Showing::new(&streams::SLICE, Deed::Ask(SMALL), |it| {
        it.answered_no_sooner_than(55) && it.pieces() > 1
    }),
    Showing::new(&streams::COALESCE, Deed::Ask(SMALL), |it| it.answered_no_sooner_than(100)),
    Showing::new(&streams::LIMIT_BYTES, Deed::Ask(SMALL), |it| match it.direction {
        Some(Direction::ToServer) => it.failed(&Failure::Closed) && it.server.bytes == 64,
        _ => it.client == Seen::CutOff { bytes: 64 },
    }),
    Showing::new(
        &streams::SLOW_CLOSE,
        Deed::Leave,
        |it| matches!(it.client, Seen::Farewell { after } if after.as_millis() >= 200),
    ),
];
