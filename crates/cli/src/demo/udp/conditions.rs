//! The conditions of datagrams, in their order. A new condition is one more entry.
//!
//! The client asks three times, so what is lost for good hits three times.

use chaosgate::{Accepting, Direction, How};

use super::client::{Client, Deed};
use crate::demo::condition::{Condition, Network};
use crate::demo::seen::Seen;

pub(super) const CONDITIONS: &[Condition<Client>] = &[
    Condition {
        slug: "udp-hold",
        about: "the server does not read what comes",
        network: Network::Accepting(Accepting::Hold),
        deed: Deed::Ask(1),
        hits: 0,
        shows: |it| it.timed_out() && it.read_by_gate == 0 && it.server.bytes == 0,
    },
    #[cfg(target_os = "linux")]
    Condition {
        slug: "udp-refuse",
        about: "nobody has the server's port",
        network: Network::Accepting(Accepting::Refuse),
        deed: Deed::Ask(1),
        hits: 0,
        shows: |it| it.client == Seen::Refused && it.server.bytes == 0,
    },
    Condition {
        slug: "udp-stall",
        about: "datagrams are kept until the network heals",
        network: Network::Fault("stall"),
        deed: Deed::Ask(1),
        hits: 1,
        shows: |it| it.timed_out() && it.hits == 1 && it.lost_on_the_way(),
    },
    Condition {
        slug: "udp-drop",
        about: "datagrams are read and dropped",
        network: Network::Fault("drop"),
        deed: Deed::Ask(1),
        hits: 3,
        shows: |it| it.timed_out() && it.lost_on_the_way() && it.read_by_gate > 0,
    },
    Condition {
        slug: "udp-loss",
        about: "every datagram is lost",
        network: Network::Fault("loss:ratio=1"),
        deed: Deed::Ask(1),
        hits: 3,
        shows: |it| it.timed_out() && it.lost_on_the_way() && it.read_by_gate > 0,
    },
    Condition {
        slug: "udp-burst-loss",
        about: "every other datagram is lost, and asked for again",
        // The path turns after each datagram, so one of two questions takes a second attempt.
        network: Network::Fault("burst_loss:good_to_bad=1,bad_to_good=1"),
        deed: Deed::Ask(2),
        hits: 1,
        shows: |it| matches!(it.client, Seen::Answered { attempts: 2.., .. }),
    },
    Condition {
        slug: "udp-rebind",
        about: "the server sees the client at a new address, as behind a NAT",
        network: Network::CloseConnections(How::Fin),
        deed: Deed::Ask(1),
        hits: 0,
        shows: |it| it.client.is_answer() && it.accepted == 1 && it.connected == 1,
    },
    Condition {
        slug: "udp-corrupt",
        about: "bytes are changed on the way",
        network: Network::Fault("corrupt"),
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
    Condition {
        slug: "udp-latency",
        about: "sending and receiving are delayed",
        network: Network::Fault("latency:delay=100ms"),
        deed: Deed::Ask(1),
        hits: 1,
        shows: |it| it.answered_no_sooner_than(100),
    },
    Condition {
        slug: "udp-bandwidth",
        about: "the rate is limited",
        network: Network::Fault("bandwidth:rate=4kB/s"),
        // The first one passes whole, and the second waits for its worth.
        deed: Deed::Ask(2),
        hits: 1,
        shows: |it| it.answered_no_sooner_than(50),
    },
    Condition {
        slug: "udp-duplicate",
        about: "datagrams come twice",
        network: Network::Fault("duplicate:ratio=1"),
        deed: Deed::AskOnce,
        hits: 1,
        shows: |it| {
            let questions = if it.direction == Some(Direction::ToServer) { 2 } else { 1 };
            it.client == Seen::AnsweredTwice && it.server.requests == questions
        },
    },
    Condition {
        slug: "udp-reorder",
        about: "datagrams overtake each other",
        // A pair of questions changes its order with a chance of 1 in 4: of 100, one does.
        network: Network::Fault("reorder:ratio=0.5,delay=20ms"),
        deed: Deed::AskInPairs,
        hits: 1,
        shows: |it| it.client == Seen::OutOfOrder,
    },
    Condition {
        slug: "udp-truncate",
        about: "datagrams are cut",
        network: Network::Fault("truncate:size=64B"),
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
