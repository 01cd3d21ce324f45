"""Waiting, and calls of a gate whose direction is a value."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from chaosgate import chaos

T = TypeVar("T")

PATIENCE = 20.0
"""How many seconds a test waits for what must come; only a failure takes so long."""

ROUND_TRIPS = 6
"""So many go another way, to see that something does not happen: it would have happened meanwhile."""

LONG = 60.0
"""A time that no test waits for."""

UNRESOLVABLE = "fe80::1%no-such-interface"
"""No name server is asked about it."""


async def soon(work: Awaitable[T]) -> T:
    """What comes of `work`, or a failure if nothing does."""
    return await asyncio.wait_for(work, PATIENCE)


async def until(condition: Callable[[], bool]) -> None:
    """For what can be asked and is told to nobody."""

    async def ask() -> None:
        while not condition():
            await asyncio.sleep(0.001)

    await soon(ask())


seconds = time.monotonic
"""Not the loop's own clock, which is a coarse one on uvloop."""

TICK = 0.002
"""So much too early may a loop's own timer end, if its clock is a coarse one."""


def behave(gate: chaos.BaseGate, direction: str, behaviour: str, *arguments: Any, **named: Any) -> Any:
    return getattr(gate, f"{direction}_{behaviour}")(*arguments, **named)


def intercept(gate: chaos.BaseGate, direction: str, interceptor: Any) -> Any:
    return getattr(gate, f"set_{direction}_interceptor")(interceptor)


async def forward(loop: Any, socket_from: socket.socket, socket_to: socket.socket) -> None:
    """The least interceptor."""
    await loop.sock_sendall(socket_to, await loop.sock_recv(socket_from, 4096))
