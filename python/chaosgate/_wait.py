"""Waits. Those of the engine tell their end through a socket; others block in ``result``."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from chaosgate import _natives
from chaosgate._errors import NoEventLoopError

P = ParamSpec("P")
T = TypeVar("T")

WITHIN = 5.0
"""How many seconds a wait takes at most, if nothing else is said."""


def wait(waiting: _natives.Wait) -> None:
    """Blocks this thread, and no other; a signal handler runs meanwhile, and may end it by raising."""
    bell = waiting.bell()
    if bell is not None:
        try:
            with socket.socket(fileno=bell) as told:
                told.settimeout(None)
                told.recv(1)
        finally:
            waiting.end()
    waiting.result()


def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop that awaits this. Raises `NoEventLoopError` if it is none of asyncio's kind."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        here = "gates of chaosgate.aio are awaited on asyncio or uvloop, of which no event loop runs here"
        way_out = "under trio, have trio.to_thread.run_sync call a gate of chaosgate"
        raise NoEventLoopError(f"{here}: {way_out}") from None


async def on_a_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What blocks, away from the event loop. Cancelling it does not end the thread's work."""
    running_loop()
    return await asyncio.to_thread(function, *args, **kwargs)


async def wait_async(waiting: _natives.Wait) -> None:
    """Any event loop that knows sockets will do. Cancelling it ends the wait."""
    loop = running_loop()
    bell = waiting.bell()
    if bell is not None:
        try:
            with socket.socket(fileno=bell) as told:
                told.setblocking(False)
                await loop.sock_recv(told, 1)
        finally:
            waiting.end()
    waiting.result()
