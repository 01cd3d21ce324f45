//! How the conditions of datagrams are shown, in their order. A new one is one more entry.
//!
//! The client asks three times, so what is lost for good hits three times.

use chaosgate::Direction;
use chaosgate_trial::{Failure, datagrams};

use crate::demo::seen::Seen;
use crate::demo::showing::Showing;

/// What the client does under a condition.
#[derive(Debug, Clone, Copy)]
pub(in crate::demo) enum Deed {
    /// Stores so many values, one after another.
    Ask(usize),
    /// Stores a value, asking once, and waits whether it is answered twice.
    AskOnce,
    /// Stores two values at once, again and again until it is answered out of order.
    AskInPairs,
}

pub(super) const SHOWINGS: &[Showing<Deed>] = &[
    Showing::new(&datagrams::HOLD, Deed::Ask(1), |it| {
        it.timed_out() && it.read_by_gate == 0 && it.server.bytes == 0
    }),
    #[cfg(target_os = "linux")]
    Showing::new(&datagrams::REFUSE, Deed::Ask(1), |it| {
        it.failed(&Failure::Refused) && it.server.bytes == 0
    }),
    Showing::new(&datagrams::STALL, Deed::Ask(1), |it| {
        it.timed_out() && it.hits == 1 && it.lost_on_the_way()
    }),
    Showing::new(&datagrams::DROP, Deed::Ask(1), |it| {
        it.timed_out() && it.lost_on_the_way() && it.read_by_gate > 0
    })
    .hitting(3),
    Showing::new(&datagrams::LOSS, Deed::Ask(1), |it| {
        it.timed_out() && it.lost_on_the_way() && it.read_by_gate > 0
    })
    .hitting(3),
    // The path turns after each datagram, so one of two questions takes a second attempt.
    Showing::new(&datagrams::BURST_LOSS, Deed::Ask(2), |it| {
        matches!(it.client, Seen::Answered { attempts: 2.., .. })
    }),
    Showing::new(&datagrams::REBIND, Deed::Ask(1), |it| {
        it.client.is_answer() && it.accepted == 1 && it.connected == 1
    }),
    Showing::new(&datagrams::CORRUPT, Deed::Ask(1), |it| match it.direction {
        // The server does not answer what is no question.
        Some(Direction::ToServer) => {
            it.timed_out() && it.server.bytes > 0 && it.server.requests == 0
        }
        _ => it.client == Seen::WrongBytes,
    }),
    Showing::new(&datagrams::LATENCY, Deed::Ask(1), |it| it.answered_no_sooner_than(100)),
    // The first one passes whole, and the second waits for its worth.
    Showing::new(&datagrams::BANDWIDTH, Deed::Ask(2), |it| it.answered_no_sooner_than(50)),
    Showing::new(&datagrams::DUPLICATE, Deed::AskOnce, |it| {
        let questions = if it.direction == Some(Direction::ToServer) { 2 } else { 1 };
        it.client == Seen::AnsweredTwice && it.server.requests == questions
    }),
    // A pair of questions changes its order with a chance of 1 in 4: of 100, one does.
    Showing::new(&datagrams::REORDER, Deed::AskInPairs, |it| it.client == Seen::OutOfOrder),
    Showing::new(&datagrams::TRUNCATE, Deed::Ask(1), |it| {
        let is_cut = it.server.bytes == 64 * it.server.reads;
        // An answer is as long as its question.
        it.client == Seen::CutOff { bytes: 64 }
            && is_cut == (it.direction == Some(Direction::ToServer))
    }),
];
