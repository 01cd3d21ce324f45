"""The calls of a built-in behaviour."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from chaosgate._direction import AsyncEntry
from chaosgate.chaos._behaviours import Behaviour
from chaosgate.chaos._calls import Calls, seconds


class Hits(Calls):
    """The calls of a built-in behaviour: a view of its fault's hits, for which nothing is stored.

    To pass is no fault, and has none.
    """

    def __init__(self, name: Callable[..., object], behaviour: Callable[[], Behaviour]) -> None:
        super().__init__(name)
        self.behaviour = behaviour
        """What carries it out, with a state of its own each time."""
        self._loop: object = None
        self._entries: list[AsyncEntry] = []
        self._taken = 0

    def count(self, loop: object, entry: AsyncEntry | None) -> None:
        """It has been set, and is carried out by this entry. What was carried out before stays counted."""
        self._loop = loop
        if entry is not None:
            self._entries.append(entry)

    async def __call__(self, *_: object) -> None:
        raise TypeError(f"{self!r} is carried out by the engine: give it to set_to_*_interceptor()")

    @property
    def times_called(self) -> int:
        return sum(entry.hits for entry in self._entries) - self._taken

    def next_call(self) -> dict[str, Any]:
        if not self.has_calls:
            raise self._empty()
        self._taken += 1
        return {"loop": self._loop, "socket_from": None, "socket_to": None}

    async def wait_call(self, timeout: float = 10.0) -> dict[str, Any]:
        deadline = time.monotonic() + seconds(timeout)
        while True:
            # Of what is seen now, so that no hit between the two looks is missed.
            seen = [(entry, entry.hits) for entry in self._entries]
            if self.has_calls:
                return self.next_call()
            left = deadline - time.monotonic()
            if left <= 0 or not await _any_hits(seen, left):
                raise self._late(timeout)

    def flush(self) -> None:
        self._taken += self.times_called


async def _any_hits(seen: list[tuple[AsyncEntry, int]], within: float) -> bool:
    """Waits until one of these entries hits once more. Whether one has."""
    waits = [asyncio.ensure_future(entry.wait_for_hits(hits + 1, within=within)) for entry, hits in seen]
    if not waits:
        await asyncio.sleep(within)
        return False
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return any(wait.exception() is None for wait in done)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
