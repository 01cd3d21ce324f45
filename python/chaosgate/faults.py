"""The faults, one class for each.

Made by `cargo xtask codegen` from the doc comments of the engine: change it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from chaosgate._fault import Fault
from chaosgate._values import Pattern, Rate, Ratio, Size, Time

__all__ = [
    "Bandwidth",
    "Blackhole",
    "BurstLoss",
    "CloseOnData",
    "Coalesce",
    "Corrupt",
    "Drop",
    "Duplicate",
    "Idle",
    "Latency",
    "Lifetime",
    "LimitBytes",
    "Loss",
    "Pass",
    "Reorder",
    "Reset",
    "Slice",
    "SlowClose",
    "Stall",
    "Truncate",
]


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Pass(Fault):
    """No effect: holds its name and its place in the list."""

    type: ClassVar[str] = "pass"

    def __init__(
        self,
        *,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Stall(Fault):
    """Reads nothing: the sender feels back-pressure.

    What waited is treated by what comes next. An end of stream waits like data. It is a hit when
    data first waits unread. Of datagrams, about as many wait as in a socket; the rest is dropped.
    """

    type: ClassVar[str] = "stall"

    def __init__(
        self,
        *,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Drop(Fault):
    """Reads and discards data: the end of stream passes.

    A peer behind it looks like one that reads and never answers. A stream that goes on afterwards has a
    hole, which no network makes: end it when the fault goes, or use `blackhole`, which has data wait.
    What was discarded is counted as lost.

    Fields:
        on_removal: What becomes of the connection when the fault is removed; a change of it is no removal.
            (default: "keep")
    """

    type: ClassVar[str] = "drop"

    on_removal: Literal["keep", "fin", "reset"] = "keep"

    def __init__(
        self,
        *,
        on_removal: Literal["keep", "fin", "reset"] = "keep",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            on_removal=on_removal,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Blackhole(Fault):
    """No data comes through, and no end of stream either: a network that is down.

    A stream is whole again when it goes: what was sent meanwhile waits, as it would be retransmitted, and
    the sender feels it when the system's buffers are full. It is a hit when data first waits. Datagrams
    are discarded. If anything else than its removal ends the connection, what waits is lost. The
    connection of a client that leaves meanwhile stays until then; when descriptors are short, the oldest
    of these goes.
    Optionally it closes the connection after a time.

    Fields:
        data: Whether data waits until the fault goes, or is discarded, which leaves a hole in a stream. Left
            out, that of a stream waits unless its ends pass. Datagrams cannot wait.
            (default: None)
        ends: Whether an end of stream waits until the fault goes, or passes; not where data waits.
            (default: "swallow")
        close_after: Closes the connection after this time; without it, never.
            (in seconds, 0s to 365d; default: None)
        since: When the time of `close_after` begins. The first data may be such as waits.
            (default: "met")
        how: How `close_after` closes.
            (default: "fin")
        on_removal: What becomes of the connection when the fault is removed; a change of it is no removal.
            (default: "keep")
    """

    type: ClassVar[str] = "blackhole"

    data: Literal["hold", "discard"] | None = None
    ends: Literal["swallow", "pass"] = "swallow"
    close_after: float | None = None
    since: Literal["met", "connect", "first_data"] = "met"
    how: Literal["fin", "reset"] = "fin"
    on_removal: Literal["keep", "fin", "reset"] = "keep"

    def __init__(
        self,
        *,
        data: Literal["hold", "discard"] | None = None,
        ends: Literal["swallow", "pass"] = "swallow",
        close_after: Time | None = None,
        since: Literal["met", "connect", "first_data"] = "met",
        how: Literal["fin", "reset"] = "fin",
        on_removal: Literal["keep", "fin", "reset"] = "keep",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            data=data,
            ends=ends,
            close_after=close_after,
            since=since,
            how=how,
            on_removal=on_removal,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Latency(Fault):
    """Each segment is due `delay` plus or minus `jitter` after it arrived.

    Segments are under way side by side, so throughput stays; their order is kept, but for datagrams
    with `keep_order = false`. At most the
    gate's `buffer` is under way in a direction: the rate is limited to buffer / delay. A latency in
    both directions makes a round trip of twice as much.

    Fields:
        delay: How much later a segment leaves than it arrived.
            (in seconds, 0s to 365d)
        jitter: How much that varies; a sum below zero is zero.
            (in seconds, 0s to 365d; default: 0.0)
        distribution: How the jitter is spread: evenly from -jitter to +jitter, or with jitter as the standard
            deviation of a normal or of a Pareto distribution, which has a long tail.
            (default: "uniform")
        correlation: How much the jitter of a segment follows that of the one before, from 0 to 1. The
            distribution stays the same.
            (0 to 1; default: 0.0)
        end: Whether the end of stream is delayed like data, or only by the data before it.
            (default: True)
        keep_order: Whether a segment waits for those before it. Only datagrams may overtake each other.
            (default: True)
    """

    type: ClassVar[str] = "latency"

    delay: float
    jitter: float = 0.0
    distribution: Literal["uniform", "normal", "pareto"] = "uniform"
    correlation: float = 0.0
    end: bool = True
    keep_order: bool = True

    def __init__(
        self,
        *,
        delay: Time,
        jitter: Time = 0.0,
        distribution: Literal["uniform", "normal", "pareto"] = "uniform",
        correlation: Ratio = 0.0,
        end: bool = True,
        keep_order: bool = True,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            delay=delay,
            jitter=jitter,
            distribution=distribution,
            correlation=correlation,
            end=end,
            keep_order=keep_order,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Bandwidth(Fault):
    """A limited rate: a token bucket on an absolute schedule.

    Data leaves in pieces of 1 ms worth, at least a byte. About 20 ms worth is taken in ahead; then
    the sender feels it. What was not used is not saved up beyond `burst`; and where the receiver took
    nothing for a while, or the gate's process was stopped, no more than those 20 ms are made up for.

    A datagram is not cut: one that is larger than `burst` passes when nothing else is owed, and what
    follows waits for its worth.

    With the scope `gate`, all connections of the gate share the rate. Those that have data take
    turns, a piece each.

    Fields:
        rate: Bytes per second.
            (in bytes per second, 0.001B/s to 1TB/s)
        burst: How much passes at once after a rest; the default is 1 ms worth. With 0 a piece of a stream
            arrives when its last byte would.
            (0 to 2^64 - 1 whole bytes; default: None)
        scope: Whether each connection has this rate, or all of the gate together, in this direction.
            (default: "connection")
    """

    type: ClassVar[str] = "bandwidth"

    rate: float
    burst: int | None = None
    scope: Literal["connection", "gate"] = "connection"

    def __init__(
        self,
        *,
        rate: Rate,
        burst: Size | None = None,
        scope: Literal["connection", "gate"] = "connection",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            rate=rate,
            burst=burst,
            scope=scope,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Slice(Fault):
    """Passes data on in pieces, each its own write.

    Pieces that come without a `pause` between them may merge at the receiver, since TCP knows no
    boundaries; with 1 ms they stay apart as long as the receiver is not busy.

    Fields:
        size: The size of a piece, 1 byte or more.
            (1 to 2^64 - 1 whole bytes)
        variation: How much a piece may be larger or smaller; never below 1 byte.
            (0 to 2^64 - 1 whole bytes; default: 0)
        pause: A piece leaves no sooner than this after the one before. Of what came too late, since the
            receiver took nothing for a while or the gate's process was stopped, 20 ms are made up for.
            (in seconds, 0s to 365d; default: 0.0)
        first_pause: The same between the first two pieces after a silence, if longer: a busy receiver can
            read the first one alone, and the rest is no slower.
            (in seconds, 0s to 365d; default: 0.0)
        shape: How the pieces are cut: one after another, or by halving until they are small enough.
            (default: "even")
    """

    type: ClassVar[str] = "slice"

    size: int
    variation: int = 0
    pause: float = 0.0
    first_pause: float = 0.0
    shape: Literal["even", "halving"] = "even"

    def __init__(
        self,
        *,
        size: Size,
        variation: Size = 0,
        pause: Time = 0.0,
        first_pause: Time = 0.0,
        shape: Literal["even", "halving"] = "even",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            size=size,
            variation=variation,
            pause=pause,
            first_pause=first_pause,
            shape=shape,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Coalesce(Fault):
    """Holds data back until so much is there, and then passes all of it on in one piece.

    The rest goes on at the end of stream, when the fault is removed, or after `max_wait`. No more
    than the gate's `buffer` is held, 128 bytes for each segment included: when that is full, what is
    there goes on.

    Fields:
        size: How many bytes must be there; with 0 everything passes as it comes.
            (0 to 2^64 - 1 whole bytes)
        max_wait: How long after the first byte that is held all of it goes on, however little it is.
            (in seconds, 0s to 365d; default: 60.0)
    """

    type: ClassVar[str] = "coalesce"

    size: int
    max_wait: float = 60.0

    def __init__(
        self,
        *,
        size: Size,
        max_wait: Time = 60.0,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            size=size,
            max_wait=max_wait,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Corrupt(Fault):
    """Changes bytes. Their number stays.

    A byte that is chosen always changes. Whether one is chosen follows from its place in the
    stream, so that a seed changes the same bytes however they come in, and whenever the fault is set.
    Behind a fault that discards, the place is counted from where this one was set.

    Fields:
        ratio: The part of the bytes that is changed.
            (0 to 1; default: 1.0)
        how: What a chosen byte becomes: itself with all bits inverted, a random one of the other 255,
            or 0 (and 1 if it was 0).
            (default: "invert")
    """

    type: ClassVar[str] = "corrupt"

    ratio: float = 1.0
    how: Literal["invert", "random", "zero"] = "invert"

    def __init__(
        self,
        *,
        ratio: Ratio = 1.0,
        how: Literal["invert", "random", "zero"] = "invert",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            ratio=ratio,
            how=how,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Loss(Fault):
    """Discards some of the segments, each as a whole.

    On a stream this cuts holes, which no TCP does: what is missing never comes. It is for seeing
    whether a protocol of your own notices a hole, and for datagrams. How much one read brings, and
    so what one loss takes, is up to the sender and the moment. The end of stream passes.

    Fields:
        ratio: The chance that a segment is lost.
            (0 to 1)
        correlation: What is added to the chance after a loss, so that losses come in bursts. Of all segments
            ratio / (1 - correlation) are lost then, as long as the two together are 1 at most.
            (0 to 1; default: 0.0)
    """

    type: ClassVar[str] = "loss"

    ratio: float
    correlation: float = 0.0

    def __init__(
        self,
        *,
        ratio: Ratio,
        correlation: Ratio = 0.0,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            ratio=ratio,
            correlation=correlation,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class BurstLoss(Fault):
    """Loses datagrams in bursts: the model of Gilbert and Elliott.

    The path is good or bad. After each datagram it may change, and in each state a part of the
    datagrams is lost. A bad time lasts 1 / `bad_to_good` datagrams on average, and
    `good_to_bad` / (`good_to_bad` + `bad_to_good`) of all datagrams meet one; that is also the chance
    that a connection begins in one.

    For 1 % loss in bursts of 3: 0.00337 and 0.333. For 5 % loss in bursts of 10: 0.00526 and 0.1. For
    an outage of 2 s every minute, at 100 datagrams a second: 0.000172 and 0.005.

    After E. N. Gilbert, *Capacity of a burst-noise channel* (1960), and E. O. Elliott, *Estimates of
    error rates for codes on burst-noise channels* (1963). Only for datagrams.

    Fields:
        good_to_bad: The chance that the path turns bad after a datagram.
            (0 to 1)
        bad_to_good: The chance that it turns good again.
            (0 to 1)
        loss_good: The part of the datagrams that is lost while it is good.
            (0 to 1; default: 0.0)
        loss_bad: The part that is lost while it is bad.
            (0 to 1; default: 1.0)
    """

    type: ClassVar[str] = "burst_loss"

    good_to_bad: float
    bad_to_good: float
    loss_good: float = 0.0
    loss_bad: float = 1.0

    def __init__(
        self,
        *,
        good_to_bad: Ratio,
        bad_to_good: Ratio,
        loss_good: Ratio = 0.0,
        loss_bad: Ratio = 1.0,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            good_to_bad=good_to_bad,
            bad_to_good=bad_to_good,
            loss_good=loss_good,
            loss_bad=loss_bad,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Duplicate(Fault):
    """Delivers some datagrams more than once. Only for datagrams.

    Fields:
        ratio: The chance that a datagram is delivered more than once.
            (0 to 1)
        copies: How many there are then beside the first, 1 to 1000.
            (1 to 1000; default: 1)
    """

    type: ClassVar[str] = "duplicate"

    ratio: float
    copies: int = 1

    def __init__(
        self,
        *,
        ratio: Ratio,
        copies: int = 1,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            ratio=ratio,
            copies=copies,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Reorder(Fault):
    """Holds some datagrams back, so that later ones overtake them. Only for datagrams.

    Fields:
        ratio: The chance that a datagram is held back.
            (0 to 1)
        gap: How many later ones overtake it, 1 to 1000; 1 if neither this nor `delay` is given.
            (1 to 1000; default: None)
        delay: After what time it goes on all the same; 1 s if only `gap` is given.
            (in seconds, 0s to 365d; default: None)
    """

    type: ClassVar[str] = "reorder"

    ratio: float
    gap: int | None = None
    delay: float | None = None

    def __init__(
        self,
        *,
        ratio: Ratio,
        gap: int | None = None,
        delay: Time | None = None,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            ratio=ratio,
            gap=gap,
            delay=delay,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Truncate(Fault):
    """Lets no datagram through that is too large: a path with a smaller MTU. Only for datagrams.

    Fields:
        size: The largest datagram that passes as it is.
            (0 to 2^64 - 1 whole bytes)
        how: Whether a larger one is cut to this size, or dropped.
            (default: "cut")
    """

    type: ClassVar[str] = "truncate"

    size: int
    how: Literal["cut", "drop"] = "cut"

    def __init__(
        self,
        *,
        size: Size,
        how: Literal["cut", "drop"] = "cut",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            size=size,
            how=how,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class CloseOnData(Fault):
    """Closes the connection, both sides, when data comes; that data is not delivered.

    A silent connection stays. The bytes that `after` lets pass arrive first, also before a reset. A
    datagram that is more than is left of them is left out whole.

    Fields:
        how: How the connection is closed.
            (default: "fin")
        after: Exactly so many bytes pass first; the next data closes.
            (0 to 2^64 - 1 whole bytes; default: 0)
    """

    type: ClassVar[str] = "close_on_data"

    how: Literal["fin", "reset"] = "fin"
    after: int = 0

    def __init__(
        self,
        *,
        how: Literal["fin", "reset"] = "fin",
        after: Size = 0,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            how=how,
            after=after,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class LimitBytes(Fault):
    """Passes exactly so many bytes, then closes the connection, both sides.

    The bytes arrive first, also before a reset. A datagram is not cut: one that does not fit is left
    out whole. An update of the entry does not start its count
    anew: a limit lowered below the count closes at the next data.

    With the scope `gate`, all connections of the gate share the bytes: the one that takes the last
    closes all that there are, and those that come later have as many bytes again.

    Fields:
        bytes: The number of bytes that pass; with 0 the first data closes, and none passes.
            (0 to 2^64 - 1 whole bytes)
        scope: Whether each connection may pass so many, or all of the gate together, in this direction.
            (default: "connection")
        how: How the connection is closed.
            (default: "fin")
    """

    type: ClassVar[str] = "limit_bytes"

    bytes: int
    scope: Literal["connection", "gate"] = "connection"
    how: Literal["fin", "reset"] = "fin"

    def __init__(
        self,
        *,
        bytes: Size,
        scope: Literal["connection", "gate"] = "connection",
        how: Literal["fin", "reset"] = "fin",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            bytes=bytes,
            scope=scope,
            how=how,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Lifetime(Fault):
    """Closes the connection when its time is over, also under steady traffic.

    Fields:
        timeout: The time that a connection has.
            (in seconds, 0s to 365d)
        jitter: Up to so much is added, evenly spread, drawn anew for each connection.
            (in seconds, 0s to 365d; default: 0.0)
        since: When the time begins.
            (default: "met")
        at: Whether it closes when the time is over, or with the first data after that.
            (default: "expiry")
        how: How the connection is closed.
            (default: "fin")
    """

    type: ClassVar[str] = "lifetime"

    timeout: float
    jitter: float = 0.0
    since: Literal["met", "connect", "first_data"] = "met"
    at: Literal["expiry", "next_data"] = "expiry"
    how: Literal["fin", "reset"] = "fin"

    def __init__(
        self,
        *,
        timeout: Time,
        jitter: Time = 0.0,
        since: Literal["met", "connect", "first_data"] = "met",
        at: Literal["expiry", "next_data"] = "expiry",
        how: Literal["fin", "reset"] = "fin",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            timeout=timeout,
            jitter=jitter,
            since=since,
            at=at,
            how=how,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Idle(Fault):
    """Ends a connection that has been silent for so long, as a NAT or a load balancer does that forgets
    the flow.

    The clock starts when the fault meets the connection, and anew with every byte that counts. Set it
    on one direction: on both, two clocks run, and each counts a hit.

    Fields:
        timeout: How long no byte may come.
            (in seconds, 0s to 365d)
        of: Whose bytes count: those of both directions, or of this one alone.
            (default: "both")
        at: Whether it takes effect when the time is over, or with the first data after that.
            (default: "expiry")
        then: What becomes of the connection: it is closed in order or by a reset, or nothing comes through
            any more in either direction, no end of stream either, until the fault is removed or changed.
            (default: "fin")
    """

    type: ClassVar[str] = "idle"

    timeout: float
    of: Literal["both", "this"] = "both"
    at: Literal["expiry", "next_data"] = "expiry"
    then: Literal["fin", "reset", "blackhole"] = "fin"

    def __init__(
        self,
        *,
        timeout: Time,
        of: Literal["both", "this"] = "both",
        at: Literal["expiry", "next_data"] = "expiry",
        then: Literal["fin", "reset", "blackhole"] = "fin",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            timeout=timeout,
            of=of,
            at=at,
            then=then,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class SlowClose(Fault):
    """The end of stream of this direction comes that much later; data passes at once.

    Fields:
        delay: How much later the end of stream comes. A reset is not delayed.
            (in seconds, 0s to 365d)
    """

    type: ClassVar[str] = "slow_close"

    delay: float

    def __init__(
        self,
        *,
        delay: Time,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            delay=delay,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Reset(Fault):
    """Resets the connection: both sides get "connection reset", and what is under way is lost.

    Fields:
        after: How long it waits; data passes meanwhile.
            (in seconds, 0s to 365d; default: 0.0)
        since: When that time begins. With `first_data` and no `after`, the first data is lost.
            (default: "met")
    """

    type: ClassVar[str] = "reset"

    after: float = 0.0
    since: Literal["met", "connect", "first_data"] = "met"

    def __init__(
        self,
        *,
        after: Time = 0.0,
        since: Literal["met", "connect", "first_data"] = "met",
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        connections: int | str | None = None,
        client: int | str | None = None,
        start_after: Time | None = None,
        after_bytes: Size = 0,
        on: Pattern | None = None,
        on_other: Pattern | None = None,
        nth: int | str | None = None,
        span: int | str = "rest",
        times: int | None = None,
        match_size: Size = 65536,
        match_wait: Time = 1.0,
    ) -> None:
        self._make(
            after=after,
            since=since,
            name=name,
            probability=probability,
            for_=for_,
            connections=connections,
            client=client,
            start_after=start_after,
            after_bytes=after_bytes,
            on=on,
            on_other=on_other,
            nth=nth,
            span=span,
            times=times,
            match_size=match_size,
            match_wait=match_wait,
        )
