"""Waits, which the engine carries out: it tells the end of one through a socket."""

from __future__ import annotations

import asyncio
import socket

from chaosgate import _engine

WITHIN = 5.0
"""How many seconds a wait takes at most, if nothing else is said."""


def wait(waiting: _engine.Wait) -> None:
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


async def wait_async(waiting: _engine.Wait) -> None:
    """Any event loop that knows sockets will do. Cancelling it ends the wait."""
    bell = waiting.bell()
    if bell is not None:
        try:
            with socket.socket(fileno=bell) as told:
                told.setblocking(False)
                await asyncio.get_running_loop().sock_recv(told, 1)
        finally:
            waiting.end()
    waiting.result()
