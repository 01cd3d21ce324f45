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
    """

    name: str | None = None
    probability: float = 1.0
    for_: float | None = None
