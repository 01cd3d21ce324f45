//! The conditions of streams, in the order of the documentation.

use chaosgate::{Accepting, How};

use crate::{Cause, Condition};

/// All of them.
pub const ALL: [&Condition; 20] = [
    &NO_ACCEPT,
    &REFUSE,
    &CONNECT_TIMEOUT,
    &MUTE,
    &STALL,
    &DROP,
    &CLOSE_CONNECTIONS,
    &CLOSE_ON_DATA,
    &RESET,
    &BLACKHOLE,
    &CORRUPT,
    &LATENCY,
    &BANDWIDTH,
    &BANDWIDTH_SHARED,
    &LIFETIME,
    &IDLE,
    &SLICE,
    &COALESCE,
    &LIMIT_BYTES,
    &SLOW_CLOSE,
];

/// The server takes no new connections.
pub const NO_ACCEPT: Condition = Condition::of_streams(
    "no-accept",
    Cause::accepting(Accepting::Hold),
    "the server takes no new connections",
);

/// No server listens.
pub const REFUSE: Condition =
    Condition::of_streams("refuse", Cause::accepting(Accepting::Refuse), "no server listens");

/// Connects time out. On Linux.
pub const CONNECT_TIMEOUT: Condition = Condition::of_streams(
    "connect-timeout",
    Cause::accepting(Accepting::Timeout),
    "connects time out",
);

/// The server takes connections and never says a word.
pub const MUTE: Condition = Condition::of_streams(
    "mute",
    Cause::accepting(Accepting::Mute),
    "the server takes connections and never says a word",
);

/// A side does not read.
pub const STALL: Condition =
    Condition::of_streams("stall", Cause::fault("stall"), "a side does not read");

/// A side reads but does not respond.
pub const DROP: Condition =
    Condition::of_streams("drop", Cause::fault("drop"), "a side reads but does not respond");

/// All connections are closed.
pub const CLOSE_CONNECTIONS: Condition = Condition::of_streams(
    "close-connections",
    Cause::close(How::Fin),
    "all connections are closed",
);

/// A connection is closed when data comes.
pub const CLOSE_ON_DATA: Condition = Condition::of_streams(
    "close-on-data",
    Cause::fault("close_on_data"),
    "a connection is closed when data comes",
);

/// A connection is reset.
pub const RESET: Condition =
    Condition::of_streams("reset", Cause::fault("reset:since=first_data"), "a connection is reset");

/// The network is down: neither data nor an end comes from a side.
pub const BLACKHOLE: Condition = Condition::of_streams(
    "blackhole",
    Cause::fault("blackhole"),
    "the network is down: neither data nor an end comes from a side",
);

/// Bytes are changed on the way.
pub const CORRUPT: Condition =
    Condition::of_streams("corrupt", Cause::fault("corrupt"), "bytes are changed on the way");

/// Sending and receiving are delayed.
pub const LATENCY: Condition = Condition::of_streams(
    "latency",
    Cause::fault("latency:delay=100ms"),
    "sending and receiving are delayed",
);

/// The rate is limited.
pub const BANDWIDTH: Condition = Condition::of_streams(
    "bandwidth",
    Cause::fault("bandwidth:rate=40kB/s"),
    "the rate is limited",
);

/// Two connections share a limited rate.
pub const BANDWIDTH_SHARED: Condition = Condition::of_streams(
    "bandwidth-shared",
    Cause::fault("bandwidth:rate=40kB/s,scope=gate"),
    "two connections share a limited rate",
);

/// Connections are closed when their time is over.
pub const LIFETIME: Condition = Condition::of_streams(
    "lifetime",
    Cause::fault("lifetime:timeout=200ms"),
    "connections are closed when their time is over",
);

/// Connections that are silent for too long are closed.
pub const IDLE: Condition = Condition::of_streams(
    "idle",
    Cause::fault("idle:timeout=200ms"),
    "connections that are silent for too long are closed",
);

/// Data comes in small pieces.
pub const SLICE: Condition = Condition::of_streams(
    "slice",
    Cause::fault("slice:size=20B,pause=5ms"),
    "data comes in small pieces",
);

/// Data is held back, and comes in one piece.
pub const COALESCE: Condition = Condition::of_streams(
    "coalesce",
    Cause::fault("coalesce:size=1MB,max_wait=100ms"),
    "data is held back, and comes in one piece",
);

/// A connection is closed after so many bytes.
pub const LIMIT_BYTES: Condition = Condition::of_streams(
    "limit-bytes",
    Cause::fault("limit_bytes:bytes=64B"),
    "a connection is closed after so many bytes",
);

/// The end of a connection comes late.
pub const SLOW_CLOSE: Condition = Condition::of_streams(
    "slow-close",
    Cause::fault("slow_close:delay=200ms"),
    "the end of a connection comes late",
);
