//! The conditions of streams, in the order of the documentation.

use chaosgate::{Accepting, How};

use crate::cause::Cause;
use crate::condition::{Condition, conditions};

conditions! { of_streams:
    NO_ACCEPT = "no-accept", Cause::accepting(Accepting::Hold),
        "the server takes no new connections";
    REFUSE = "refuse", Cause::accepting(Accepting::Refuse), "no server listens";
    CONNECT_TIMEOUT = "connect-timeout", Cause::accepting(Accepting::Timeout), "connects time out";
    MUTE = "mute", Cause::accepting(Accepting::Mute),
        "the server takes connections and never says a word";
    STALL = "stall", Cause::fault("stall"), "a side does not read";
    DROP = "drop", Cause::fault("drop"), "a side reads but does not respond";
    CLOSE_CONNECTIONS = "close-connections", Cause::close(How::Fin), "all connections are closed";
    CLOSE_ON_DATA = "close-on-data", Cause::fault("close_on_data"),
        "a connection is closed when data comes";
    RESET = "reset", Cause::fault("reset:since=first_data"), "a connection is reset";
    BLACKHOLE = "blackhole", Cause::fault("blackhole"),
        "the network is down: neither data nor an end comes from a side";
    CORRUPT = "corrupt", Cause::fault("corrupt"), "bytes are changed on the way";
    LATENCY = "latency", Cause::fault("latency:delay=100ms"), "sending and receiving are delayed";
    BANDWIDTH = "bandwidth", Cause::fault("bandwidth:rate=40kB/s"), "the rate is limited";
    BANDWIDTH_SHARED = "bandwidth-shared", Cause::fault("bandwidth:rate=40kB/s,scope=gate"),
        "two connections share a limited rate";
    LIFETIME = "lifetime", Cause::fault("lifetime:timeout=200ms"),
        "connections are closed when their time is over";
    IDLE = "idle", Cause::fault("idle:timeout=200ms"),
        "connections that are silent for too long are closed";
    SLICE = "slice", Cause::fault("slice:size=20B,pause=5ms"), "data comes in small pieces";
    COALESCE = "coalesce", Cause::fault("coalesce:size=1MB,max_wait=100ms"),
        "data is held back, and comes in one piece";
    LIMIT_BYTES = "limit-bytes", Cause::fault("limit_bytes:bytes=64B"),
        "a connection is closed after so many bytes";
    SLOW_CLOSE = "slow-close", Cause::fault("slow_close:delay=200ms"),
        "the end of a connection comes late";
}
