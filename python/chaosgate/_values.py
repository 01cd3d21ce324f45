"""Values with units, as they may be written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

Time = float | timedelta | str
"""A time: seconds, a `timedelta`, or a text such as ``"100ms"``; 0 to 365 days."""

Size = int | str
"""A number of bytes: an `int`, or a text such as ``"64KiB"``."""

Rate = float | str
"""A number of bytes per second, or a text such as ``"1MB/s"``; 0.001 B/s to 1 TB/s."""

Ratio = float | str
"""A part of the whole: 0 to 1, or a text such as ``"5%"``."""

How = Literal["fin", "reset"]
"""How a connection is closed: in order (TCP's FIN), or by a reset (RST)."""

Address = str | tuple[str, int]
"""Where a socket is: ``"localhost:5432"``, or a host and a port."""

Function = Callable[[bytes], bytes | None]
"""What becomes of data: what is to go on in its place, or ``None`` for nothing."""


def address_text(address: Address) -> str:
    """The address as the engine reads it; an IPv6 host is put in brackets."""
    if isinstance(address, str):
        return address
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
