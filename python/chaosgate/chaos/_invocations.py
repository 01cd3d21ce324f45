"""The calls of an interceptor of one's own."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from chaosgate.chaos._calls import Calls, seconds


class Invocations(Calls):
    """The calls of an interceptor of one's own."""

    def __init__(self, interceptor: Callable[..., Any]) -> None:
        # An object that can be called has no name of its own.
        super().__init__(interceptor if hasattr(interceptor, "__name__") else type(interceptor).__call__)
        self.interceptor = interceptor
        self._signature = inspect.signature(interceptor)
        self._ended: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __call__(self, *arguments: object) -> Any:
        try:
            return await self.interceptor(*arguments)
        finally:
            self.note(*arguments)

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
        within = seconds(timeout)
        try:
            return await asyncio.wait_for(self._ended.get(), within)
        except asyncio.TimeoutError:
            raise self._late(timeout) from None

    def flush(self) -> None:
        while self.has_calls:
            self._ended.get_nowait()
