//! The conditions of datagrams, in the order of the documentation.

use chaosgate::{Accepting, How};

use crate::{Cause, Condition};

/// All of them.
pub const ALL: [&Condition; 13] = [
    &HOLD,
    &REFUSE,
    &STALL,
    &DROP,
    &LOSS,
    &BURST_LOSS,
    &REBIND,
    &CORRUPT,
    &LATENCY,
    &BANDWIDTH,
    &DUPLICATE,
    &REORDER,
    &TRUNCATE,
];

/// The server does not read what comes.
pub const HOLD: Condition = Condition::of_datagrams(
    "udp-hold",
    Cause::accepting(Accepting::Hold),
    "the server does not read what comes",
);

/// Nobody has the server's port. On Linux.
pub const REFUSE: Condition = Condition::of_datagrams(
    "udp-refuse",
    Cause::accepting(Accepting::Refuse),
    "nobody has the server's port",
);

/// Datagrams are kept until the network heals.
pub const STALL: Condition = Condition::of_datagrams(
    "udp-stall",
    Cause::fault("stall"),
    "datagrams are kept until the network heals",
);

/// Datagrams are read and dropped.
pub const DROP: Condition =
    Condition::of_datagrams("udp-drop", Cause::fault("drop"), "datagrams are read and dropped");

/// Every datagram is lost.
pub const LOSS: Condition =
    Condition::of_datagrams("udp-loss", Cause::fault("loss:ratio=1"), "every datagram is lost");

/// Every other datagram is lost, and asked for again.
pub const BURST_LOSS: Condition = Condition::of_datagrams(
    "udp-burst-loss",
    Cause::fault("burst_loss:good_to_bad=1,bad_to_good=1"),
    "every other datagram is lost, and asked for again",
);

/// The server sees the client at a new address, as behind a NAT.
pub const REBIND: Condition = Condition::of_datagrams(
    "udp-rebind",
    Cause::close(How::Fin),
    "the server sees the client at a new address, as behind a NAT",
);

/// Bytes are changed on the way.
pub const CORRUPT: Condition =
    Condition::of_datagrams("udp-corrupt", Cause::fault("corrupt"), "bytes are changed on the way");

/// Sending and receiving are delayed.
pub const LATENCY: Condition = Condition::of_datagrams(
    "udp-latency",
    Cause::fault("latency:delay=100ms"),
    "sending and receiving are delayed",
);

/// The rate is limited.
pub const BANDWIDTH: Condition = Condition::of_datagrams(
    "udp-bandwidth",
    Cause::fault("bandwidth:rate=4kB/s"),
    "the rate is limited",
);

/// Datagrams come twice.
pub const DUPLICATE: Condition = Condition::of_datagrams(
    "udp-duplicate",
    Cause::fault("duplicate:ratio=1"),
    "datagrams come twice",
);

/// Datagrams overtake each other.
pub const REORDER: Condition = Condition::of_datagrams(
    "udp-reorder",
    Cause::fault("reorder:ratio=0.5,delay=20ms"),
    "datagrams overtake each other",
);

/// Datagrams are cut.
pub const TRUNCATE: Condition =
    Condition::of_datagrams("udp-truncate", Cause::fault("truncate:size=64B"), "datagrams are cut");
