"""What every ``to_*`` and ``set_*_interceptor`` gives: a queue of what has been done since."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from chaosgate._direction import AsyncEntry
from chaosgate._errors import WaitError
from chaosgate._values import seconds_of
from chaosgate.chaos._testsuite import CallQueueBase, CallQueueEmptyError, CallQueueTimeoutError

C = TypeVar("C", bound="Calls")


class Calls(CallQueueBase):
    """What has been done since: it may be awaited, which gives itself, and it may be ignored.

    A call is there after a portion of data was treated, or an interceptor has ended, also by raising.
    """

    def __repr__(self) -> str:
        return f"<calls of {self._name}>"

    def __await__(self: C) -> Generator[Any, None, C]:
        return self
        yield  # What makes it a generator, as an awaitable must be.

    @property
    def has_calls(self) -> bool:
        """Whether there is a call that has not been taken."""
        return self.times_called > 0

    @property
    def times_called(self) -> int:
        """How many calls have not been taken."""
        raise NotImplementedError

    def next_call(self) -> dict[str, Any]:
        """Takes a call: its arguments by their names. Raises `CallQueueEmptyError` if there is none."""
        raise NotImplementedError

    async def wait_call(self, timeout: float = 10.0) -> dict[str, Any]:
        """Waits for a call, and takes it. Raises `CallQueueTimeoutError` after so many seconds."""
        raise NotImplementedError

    def flush(self) -> None:
        """Forgets all calls that have not been taken."""
        raise NotImplementedError

    def _empty(self) -> Exception:
        return CallQueueEmptyError(f"no calls of {self._name} are left")

    def _late(self, timeout: float) -> Exception:
        return CallQueueTimeoutError(f"no call of {self._name} within {timeout} s")


def _seconds(timeout: float) -> float:
    """How long to wait; less than 0 is no wait. Raises `OptionError` for what is no time."""
    return seconds_of("timeout", 0.0 if timeout < 0 else timeout)


class Hits(Calls):
    """The calls of a built-in behaviour: a view of its fault's hits, for which nothing is stored.

    To pass is no fault, and has none.
    """

    def __init__(self, behaviour: Callable[..., object], loop: object, entry: AsyncEntry | None) -> None:
        super().__init__(behaviour)
        self._entry = entry
        self._arguments = {"loop": loop, "socket_from": None, "socket_to": None}
        self._taken = 0

    @property
    def times_called(self) -> int:
        return self._entry.hits - self._taken if self._entry else 0

    def next_call(self) -> dict[str, Any]:
        if not self.has_calls:
            raise self._empty()
        self._taken += 1
        return dict(self._arguments)

    async def wait_call(self, timeout: float = 10.0) -> dict[str, Any]:
        deadline = time.monotonic() + _seconds(timeout)
        # Somebody else who waits may take it first.
        while not self.has_calls:
            left = max(deadline - time.monotonic(), 0)
            try:
                await self._wait(left)
            except WaitError:
                raise self._late(timeout) from None
        return self.next_call()

    async def _wait(self, within: float) -> None:
        if self._entry is None:
            await asyncio.sleep(within)
            raise WaitError("it passes")
        await self._entry.wait_for_hits(self._taken + 1, within=within)

    def flush(self) -> None:
        self._taken += self.times_called


class Invocations(Calls):
    """The calls of an interceptor of one's own."""

    def __init__(self, interceptor: Callable[..., object]) -> None:
        # An object that can be called has no name of its own.
        super().__init__(interceptor if hasattr(interceptor, "__name__") else type(interceptor).__call__)
        self._signature = inspect.signature(interceptor)
        self._ended: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def note(self, *arguments: object) -> None:
        """An invocation with these has ended."""
        self._ended.put_nowait(self._signature.bind(*arguments).arguments)

    @property
    def times_called(self) -> int:
        return self._ended.qsize()

    def next_call(self) -> dict[str, Any]:
        try:
            return self._ended.get_nowait()
        except asyncio.QueueEmpty:
            raise self._empty() from None

    async def wait_call(self, timeout: float = 10.0) -> dict[str, Any]:
        within = _seconds(timeout)
        try:
            return await asyncio.wait_for(self._ended.get(), within)
        except asyncio.TimeoutError:
            raise self._late(timeout) from None

    def flush(self) -> None:
        while self.has_calls:
            self._ended.get_nowait()
