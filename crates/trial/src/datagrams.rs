//! The conditions of datagrams, in the order of the documentation.

use chaosgate::{Accepting, How};

use crate::cause::Cause;
use crate::condition::{Condition, conditions};

conditions! { of_datagrams:
    HOLD = "udp-hold", Cause::accepting(Accepting::Hold), "the server does not read what comes";
    REFUSE = "udp-refuse", Cause::accepting(Accepting::Refuse), "nobody has the server's port";
    STALL = "udp-stall", Cause::fault("stall"), "datagrams are kept until the network heals";
    DROP = "udp-drop", Cause::fault("drop"), "datagrams are read and dropped";
    LOSS = "udp-loss", Cause::fault("loss:ratio=1"), "every datagram is lost";
    BURST_LOSS = "udp-burst-loss", Cause::fault("burst_loss:good_to_bad=1,bad_to_good=1"),
        "every other datagram is lost, and asked for again";
    REBIND = "udp-rebind", Cause::close(How::Fin),
        "the server sees the client at a new address, as behind a NAT";
    CORRUPT = "udp-corrupt", Cause::fault("corrupt"), "bytes are changed on the way";
    LATENCY = "udp-latency", Cause::fault("latency:delay=100ms"),
        "sending and receiving are delayed";
    BANDWIDTH = "udp-bandwidth", Cause::fault("bandwidth:rate=4kB/s"), "the rate is limited";
    DUPLICATE = "udp-duplicate", Cause::fault("duplicate:ratio=1"), "datagrams come twice";
    REORDER = "udp-reorder", Cause::fault("reorder:ratio=0.5,delay=20ms"),
        "datagrams overtake each other";
    TRUNCATE = "udp-truncate", Cause::fault("truncate:size=64B"), "datagrams are cut";
}
