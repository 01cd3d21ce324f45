"""The names that a test suite imports beside the gates."""

from __future__ import annotations

import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

Address = tuple[str, int]
EvLoop = Any
Socket = socket.socket
Interceptor = Callable[[EvLoop, Socket, Socket], Coroutine[Any, Any, None]]

RECV_MAX_SIZE = 4096
"""What the interceptors of test suites read at a time, as a rule."""

MAX_DELAY = 60.0
"""How many seconds the model waits for data at most. Here nothing ends for want of it."""


class BaseError(Exception):
    """The base of what an interceptor may raise about its connection."""


class ConnectionClosedError(BaseError):
    """An interceptor has found the end of the stream. Its connection ends quietly."""


class GateException(Exception):
    """A gate has no address to listen on."""


class GateInterceptException(Exception):
    """Raised by an interceptor to close its connection, and no other."""


@dataclass(frozen=True)
class GateRoute:
    """Where a gate's clients connect, and where its server is."""

    name: str
    """The gate's name in logs."""
    host_to_server: str
    port_to_server: int
    host_for_client: str = "127.0.0.1"
    port_for_client: int = 0
    """0 is a free port."""
