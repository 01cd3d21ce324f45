"""Waiting for data on a socket of the test's own."""

from __future__ import annotations

import asyncio
from typing import Any

from chaosgate.chaos._names import RECV_MAX_SIZE, Socket


async def _wait_for_data(sock: Socket, timeout: float = 60.0) -> None:
    """Waits until the non-blocking socket is readable."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(sock.fileno(), readable.set)
    try:
        await asyncio.wait_for(readable.wait(), timeout)
    finally:
        loop.remove_reader(sock.fileno())


async def _get_message_task(sock: Socket) -> tuple[bytes, Any]:
    """Waits for a datagram that is not empty, on a non-blocking UDP socket; gives it and its sender."""
    while True:
        await _wait_for_data(sock)
        message, sender = sock.recvfrom(RECV_MAX_SIZE)
        if message:
            return message, sender
