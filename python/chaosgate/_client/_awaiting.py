"""What blocks, away from the event loop, for whom it is awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from chaosgate._natives import Wait
from chaosgate._wait import on_a_thread, running_loop

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
B = TypeVar("B", bound="Block")

Asked = Coroutine[Any, Any, T]
"""What is to be awaited."""


async def finished(work: Callable[[], T], undo: Callable[[T], object] | None = None) -> T:
    """Does it on a thread.

    A call that has begun cannot be taken back. So who is cancelled meanwhile waits for its end, and has what
    it has made undone: nothing comes about later, and nothing stays that nobody knows of.
    """
    loop = running_loop()
    # No task, which the end of a loop would cancel.
    working = loop.run_in_executor(None, work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        if await _succeeds(working) and undo is not None:
            await _succeeds(loop.run_in_executor(None, undo, working.result()))
        raise


async def _succeeds(working: asyncio.Future[Any]) -> bool:
    """Whether it has succeeded at its end, which is waited for, however often that is cancelled."""
    while not working.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([working])
    return working.exception() is None


async def waited(waiting: Wait) -> None:
    """Waits on a thread, which ends soon after this is cancelled."""
    try:
        await on_a_thread(waiting.result)
    finally:
        waiting.end()


def awaited(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[Any, P], Asked[T]]:
    """The same method, to be awaited, of what holds an object that blocks as ``_blocking``."""

    @wraps(method)
    def call(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Asked[T]:  # noqa: ANN401
        return finished(lambda: method(self._blocking, *args, **kwargs))

    return call


class Block(Protocol):
    """What can be a block of ``async with``."""

    async def __aenter__(self) -> object: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Coming(Generic[B]):
    """Something that is being made: awaited it is there, to stay; as a block it goes at the end."""

    def __init__(self, making: Asked[B]) -> None:
        # A coroutine, of which Python tells if nobody awaits it.
        self._making = making

    def __await__(self) -> Generator[Any, Any, B]:
        return self._making.__await__()

    async def __aenter__(self) -> B:
        self._made = await self._making
        await self._made.__aenter__()
        return self._made

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._made.__aexit__(kind, error, traceback)
