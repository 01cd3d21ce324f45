"""What all faults take beside their own fields.

Made by `cargo xtask codegen` from the doc comments of the engine: change it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from chaosgate._values import Pattern, Size, Time


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
        connections: The connections that it acts on, counted from the moment at which it was set: those
            that stood then are none of them, and one whose server could not be reached counts too.
            (one from 1 on: 3; a row: 2..5; or every 3; default: None)
        client: The clients on whose connections it acts: a network, an address, or a port.
            (a network: 10.0.0.0/8; an address; or a port from 1 to 65535; default: None)
        start_after: It acts from so long after it was set.
            (in seconds, 0s to 365d; default: None)
        after_bytes: It acts from behind so many bytes of its direction on a connection. A datagram
            that has the last of them passes whole.
            (0 to 2^64 - 1 whole bytes; default: 0)
        on: It acts from behind each match of this pattern in its direction, or with `span=match`
            on the match itself. A match ends at the first byte at which the pattern matches. What
            the fault is given is not looked at.
            (a regular expression over bytes, which matches no empty text; default: None)
        on_other: It acts from where this pattern matches in the other direction, before the last byte
            of the match is written on: a reply is lost after the server has the request.
            (a regular expression over bytes, which matches no empty text; default: None)
        nth: Which matches within a connection, of `on`, or of `on_other` alone. The default is each.
            (one from 1 on: 3; a row: 2..5; or every 3; default: None)
        span: Up to where it acts: to the end of the connection, on the match, for so many bytes, or
            for so long. Bytes are over when something comes behind them; a datagram of which one
            byte is meant is meant whole. With `on` or `nth` it acts anew on the next match,
            without them once in a connection.
            (rest; match; a size: 64KiB; or a time: 2s; default: "rest")
        times: How often it acts, on all connections together: in so many spans in which it has hit.
            (1 to 1000; default: None)
        match_size: With `span=match`, how many bytes that may be a match are held back at most. What is
            longer is none.
            (1 to 2^64 - 1 whole bytes; default: 65536)
        match_wait: With `span=match`, how long bytes that may be a match are held back at most.
            (in seconds, 0s to 365d; default: 1.0)
    """

    name: str | None = None
    probability: float = 1.0
    for_: float | None = None
    connections: str | None = None
    client: str | None = None
    start_after: float | None = None
    after_bytes: int = 0
    on: str | None = None
    on_other: str | None = None
    nth: str | None = None
    span: str = "rest"
    times: int | None = None
    match_size: int = 65536
    match_wait: float = 1.0


class When(TypedDict, total=False):
    """When a fault acts: the arguments of `Custom` beside its own."""

    connections: int | str | None
    client: int | str | None
    start_after: Time | None
    after_bytes: Size
    on: Pattern | None
    on_other: Pattern | None
    nth: int | str | None
    span: int | str
    times: int | None
    match_size: Size
    match_wait: Time
