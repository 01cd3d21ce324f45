"""What all faults take beside their own fields.

Made by `cargo xtask codegen` from the doc comments of the engine: change it there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class EntryFields:
    """What every fault takes beside its own fields.

    Fields:
        name: Names it in events, and where it is changed; the only such name in its direction. The
            default is its type, with a number if that is taken.
            (1 to 200 characters; default: None)
        probability: The part of the connections that it acts on. Each connection's coin is tossed once.
            (0 to 1; default: 1.0)
        for_: It ends by itself, so long after it was set. The default is to stay until it is removed.
            (in seconds, 0s to 365d; default: None)
        connections: The connections that it acts on, counted from the moment at which it was set: those that stood then
            are none of them, and one whose server could not be reached counts too.
            (one from 1 on: 3; a row: 2..5; or every 3; default: None)
        client: The clients on whose connections it acts: a network, an address, or a port.
            (a network: 10.0.0.0/8; an address; or a port from 1 to 65535; default: None)
        start_after: It acts from so long after it was set.
            (in seconds, 0s to 365d; default: None)
        after_bytes: It acts from behind so many bytes of its direction on a connection. A datagram that has the last of
            them passes whole.
            (0 to 2^64 - 1 whole bytes; default: 0)
        span: Up to where it acts: to the end of the connection, for so many bytes, or for so long. Bytes are over
            when something comes behind them; a datagram of which one byte is meant is meant whole.
            (rest; a size: 64KiB; or a time: 2s; default: "rest")
        times: How often it acts, on all connections together: in so many spans in which it has hit.
            (1 to 1000; default: None)
    """

    name: str | None = None
    probability: float = 1.0
    for_: float | None = None
    connections: int | str | None = None
    client: int | str | None = None
    start_after: float | None = None
    after_bytes: int = 0
    span: int | str = "rest"
    times: int | None = None
