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
    Showing {
        condition: &datagrams::HOLD,
        deed: Deed::Ask(1),
        hits: 0,
        shows: |it| it.timed_out() && it.read_by_gate == 0 && it.server.bytes == 0,
    },
    #[cfg(target_os = "linux")]
    Showing {
        condition: &datagrams::REFUSE,
        deed: Deed::Ask(1),
        hits: 0,
        shows: |it| it.failed(&Failure::Refused) && it.server.bytes == 0,
    },
    Showing {
        condition: &datagrams::STALL,
        deed: Deed::Ask(1),
        hits: 1,
        shows: |it| it.timed_out() && it.hits == 1 && it.lost_on_the_way(),
    },
    Showing {
        condition: &datagrams::DROP,
        deed: Deed::Ask(1),
        hits: 3,
        shows: |it| it.timed_out() && it.lost_on_the_way() && it.read_by_gate > 0,
    },
    Showing {
        condition: &datagrams::LOSS,
        deed: Deed::Ask(1),
        hits: 3,
        shows: |it| it.timed_out() && it.lost_on_the_way() && it.read_by_gate > 0,
    },
    Showing {
        condition: &datagrams::BURST_LOSS,
        // The path turns after each datagram, so one of two questions takes a second attempt.
        deed: Deed::Ask(2),
        hits: 1,
        shows: |it| matches!(it.client, Seen::Answered { attempts: 2.., .. }),
    },
    Showing {
        condition: &datagrams::REBIND,
        deed: Deed::Ask(1),
        hits: 0,
        shows: |it| it.client.is_answer() && it.accepted == 1 && it.connected == 1,
    },
    Showing {
        condition: &datagrams::CORRUPT,
        deed: Deed::Ask(1),
        hits: 1,
        shows: |it| match it.direction {
            // The server does not answer what is no question.
            Some(Direction::ToServer) => {
                it.timed_out() && it.server.bytes > 0 && it.server.requests == 0
            }
            _ => it.client == Seen::WrongBytes,
        },
    },
    Showing {
        condition: &datagrams::LATENCY,
        deed: Deed::Ask(1),
        hits: 1,
        shows: |it| it.answered_no_sooner_than(100),
    },
    Showing {
        condition: &datagrams::BANDWIDTH,
        // The first one passes whole, and the second waits for its worth.
        deed: Deed::Ask(2),
        hits: 1,
        shows: |it| it.answered_no_sooner_than(50),
    },
    Showing {
        condition: &datagrams::DUPLICATE,
        deed: Deed::AskOnce,
        hits: 1,
        shows: |it| {
            let questions = if it.direction == Some(Direction::ToServer) { 2 } else { 1 };
            it.client == Seen::AnsweredTwice && it.server.requests == questions
        },
    },
    Showing {
        condition: &datagrams::REORDER,
        // A pair of questions changes its order with a chance of 1 in 4: of 100, one does.
        deed: Deed::AskInPairs,
        hits: 1,
        shows: |it| it.client == Seen::OutOfOrder,
    },
    Showing {
        condition: &datagrams::TRUNCATE,
        deed: Deed::Ask(1),
        hits: 1,
        shows: |it| {
            let is_cut = it.server.bytes == 64 * it.server.reads;
            // An answer is as long as its question.
            it.client == Seen::CutOff { bytes: 64 }
                && is_cut == (it.direction == Some(Direction::ToServer))
        },
    },
];
