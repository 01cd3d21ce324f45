"""Whether a service recovers: the one thing that such tests are for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from chaosgate import _holes
from chaosgate._errors import NotRecoveredError
from chaosgate._gate import Gate
from chaosgate._probe import NEVER_MENDED, LookAlikes, check_call, check_result
from chaosgate._values import Time, check_count, seconds_of

PAUSE = 0.02
"""How many seconds pass after a call of a probe that has failed, if nothing else is said."""


class Recovery:
    """Calls of a probe since a gate was healed, until there were enough in a row that succeeded."""

    def __init__(
        self, gate: Gate[Any], probe: Callable[[], object], within: Time, streak: int, pause: Time
    ) -> None:
        check_call(probe)
        check_count("streak", streak, 1)
        self._within = seconds_of("within", within)
        self._pause = seconds_of("pause", pause)
        self._gate = gate
        self._probe = probe
        self._streak = streak
        self._events_before = gate.event_count
        gate.heal()
        self._healed = time.monotonic()
        self._attempts = 0
        self._in_a_row = 0
        self._recovered = 0.0
        self._error: Exception | None = None
        self._look_alikes = LookAlikes()

    def sync(self) -> float:
        while True:
            try:
                result = self._probe()
                check_result(self._probe, result)
                self._succeeded(result)
            except NEVER_MENDED:
                raise
            except Exception as error:
                self._failed(error)
                time.sleep(self._pause)
            if self._has_recovered():
                return self._recovered
            if self._is_over():
                raise self._not_recovered() from self._cause()

    async def by_awaiting(self) -> float:
        while True:
            try:
                result = self._probe()
                if isinstance(result, Awaitable):
                    # One that hangs has failed, and is not waited for beyond the time.
                    limit = self._within if self._in_a_row else self._within - self._elapsed()
                    result = await asyncio.wait_for(result, limit)
                check_result(self._probe, result)
                self._succeeded(result)
            except NEVER_MENDED:
                raise
            except Exception as error:
                self._failed(error)
                await asyncio.sleep(self._pause)
            if self._has_recovered():
                return self._recovered
            if self._is_over():
                # It asks the gate, which may be elsewhere.
                raise await asyncio.to_thread(self._not_recovered) from self._cause()

    def _elapsed(self) -> float:
        return time.monotonic() - self._healed

    def _succeeded(self, result: object) -> None:
        if result is False:
            raise ReturnedFalseError
        self._attempts += 1
        self._look_alikes.end()
        if self._in_a_row == 0:
            self._recovered = self._elapsed()
        self._in_a_row += 1

    def _failed(self, error: Exception) -> None:
        self._attempts += 1
        self._in_a_row = 0
        self._error = error
        self._look_alikes.add(error)

    def _has_recovered(self) -> bool:
        return self._in_a_row >= self._streak and self._recovered <= self._within

    def _is_over(self) -> bool:
        """Whether it is too late for a streak that has begun in time."""
        if self._in_a_row:
            return self._recovered > self._within
        return self._elapsed() >= self._within

    def _cause(self) -> Exception | None:
        return None if isinstance(self._error, ReturnedFalseError) else self._error

    def _not_recovered(self) -> NotRecoveredError:
        elapsed = self._elapsed()
        timeline = "\n".join(map(str, self._gate.events_since(self._events_before)))
        if self._in_a_row:
            saw = f"answered only after {self._recovered:.3f} s"
        elif isinstance(self._error, ReturnedFalseError):
            saw = "failed: the probe returned False"
        elif isinstance(self._error, asyncio.TimeoutError) and not self._error.args:
            saw = "had not answered by then"
        else:
            saw = f"failed with {self._error!r}"
        saw += self._look_alikes.question() + _holes.told(self._gate)
        message = (
            f"not recovered within {self._within:g} s of healing {self._gate.name}: "
            f"{self._attempts} attempts in {elapsed:.3f} s, the last one {saw}"
        )
        return NotRecoveredError(
            message, attempts=self._attempts, elapsed=elapsed, timeline=timeline, seed=self._gate.seed
        )


class ReturnedFalseError(Exception):
    """How a probe fails that does not raise."""
