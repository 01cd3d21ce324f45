"""The behaviours: for each its check, and the faults that carry it out. One table for both directions."""

from __future__ import annotations

import re

from chaosgate._custom import Custom
from chaosgate._fault import Fault
from chaosgate.faults import (
    Bandwidth,
    CloseOnData,
    Coalesce,
    Corrupt,
    Drop,
    Latency,
    Lifetime,
    LimitBytes,
    Slice,
    Stall,
)

BETWEEN_PARTS = 0.001
"""The shortest pause between two parts, in seconds: without one the receiver's system joins them."""

BEHIND_THE_FIRST = 0.03
"""The same behind the first part after a silence: a receiver that shares its processor with several others
has read it by then.
"""

Behaviour = tuple[Fault, ...]
"""The faults that carry it out, of which the last one's hits are its calls; none: traffic passes."""


def pass_() -> Behaviour:
    """Passes all data."""
    return ()


def noop() -> Behaviour:
    """Reads nothing: data stays where it is, and the sender feels it."""
    return (Stall(),)


def drop() -> Behaviour:
    """Reads all data and discards it."""
    return (Drop(),)


def delay(delay: float) -> Behaviour:
    """Delays data by so many seconds; throughput stays."""
    return (Latency(delay=delay),)


def close_on_data() -> Behaviour:
    """Closes a connection when data comes, which is not delivered."""
    return (CloseOnData(),)


def corrupt_data() -> Behaviour:
    """Changes every byte: 0 becomes 1, everything else 0."""
    return (Corrupt(how="zero"),)


def limit_bps(bytes_per_second: float) -> Behaviour:
    """Limits all connections together to so many bytes a second. One second's worth passes at once."""
    assert bytes_per_second >= 1
    rate = Bandwidth(rate=bytes_per_second).rate
    return (Bandwidth(rate=rate, burst=int(rate), scope="gate"),)


def limit_time(timeout: float, jitter: float) -> Behaviour:
    """Closes a connection on data that comes so long after its first: ``timeout``, and up to ``jitter``
    more.
    """
    assert timeout >= 0
    assert jitter >= 0
    return (Lifetime(timeout=timeout, jitter=jitter, since="first_data", at="next_data"),)


def smaller_parts(max_size: int, *, sleep_per_packet: float = 0) -> Behaviour:
    """Passes data in parts of at most ``max_size`` bytes, with a pause before each."""
    assert max_size > 0
    pause = max(sleep_per_packet, BETWEEN_PARTS)
    first_pause = 0.0 if sleep_per_packet else BEHIND_THE_FIRST
    return Latency(delay=pause, end=False), Slice(size=max_size, pause=pause, first_pause=first_pause)


def concat_packets(packet_size: int) -> Behaviour:
    """Holds data back until so many bytes are there, and passes them in one piece; after a minute it
    passes what there is.
    """
    assert packet_size >= 0
    return (Coalesce(size=packet_size),) if packet_size else ()


def limit_bytes(bytes_limit: int) -> Behaviour:
    """Passes so many bytes of all connections together, closes all of them, and begins again."""
    assert bytes_limit >= 0
    return (LimitBytes(bytes=bytes_limit, scope="gate"),)


def substitute(pattern: str, repl: str) -> Behaviour:
    """Replaces what the pattern matches within each portion of data, by the rules of `re.sub`."""
    expression = re.compile(pattern)

    def substitute(data: bytes) -> bytes:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return data
        return expression.sub(repl, text).encode()

    return (Custom(substitute),)
