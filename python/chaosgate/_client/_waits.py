"""Waits for what happens at a gate of a daemon."""

from __future__ import annotations

import time
from collections.abc import Callable

from chaosgate._client._calls import Calls
from chaosgate._errors import WaitError

SLICE = 1.0
"""How many seconds a call waits before it asks again, at most 5: so long goes on what nobody waits for."""


def written(seconds: float) -> str:
    """A time as messages have it."""
    return f"{seconds:g}s" if seconds >= 1 or seconds == 0 else f"{seconds * 1000:g}ms"


class Waiting:
    """Waits until something that is counted has come far enough; the blocking is done by ``result``.

    Whatever is counted is told by an event, before which it has been counted.
    """

    def __init__(
        self,
        calls: Calls,
        counted: Callable[[], int],
        is_met: Callable[[int], bool],
        failed: Callable[[int], WaitError],
        within: float,
    ) -> None:
        self._calls = calls
        self._counted = counted
        self._is_met = is_met
        self._failed = failed
        self._deadline = time.monotonic() + within
        self._has_ended = False

    def bell(self) -> int | None:
        """There is no socket that tells: ``result`` waits itself."""
        return None

    def end(self) -> None:
        """Nobody waits for it any more."""
        self._has_ended = True

    def result(self) -> None:
        while True:
            last = self._calls.event_count
            number = self._counted()
            if self._is_met(number) or self._has_ended:
                return
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise self._failed(number)
            self._calls.wait_for_event(last, min(left, SLICE))
