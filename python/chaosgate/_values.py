"""Values with units, as they may be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from ipaddress import IPv6Address
from typing import Literal

from chaosgate import _engine
from chaosgate._errors import AddressError, OptionError

Time = float | timedelta | str
"""A time: seconds, a `timedelta`, or a text such as ``"100ms"``."""

Size = int | str
"""A number of bytes: an `int`, or a text such as ``"64KiB"``."""

Rate = float | str
"""A number of bytes per second, or a text such as ``"1MB/s"``."""

Ratio = float | str
"""A part of the whole, or a text such as ``"5%"``."""

State = Literal["waiting", "working", "spent"]
"""How far a fault has come: its moment has yet to come, it acts, or it has acted as often as it may."""

Pattern = str | bytes
"""A regular expression over bytes: a text, or the bytes themselves, as ``b"COMMIT"``."""

How = Literal["fin", "reset"]
"""How a connection is closed: in order (TCP's FIN), or by a reset (RST)."""

OpenConnections = Literal["stay"] | How
"""What becomes of the connections that stand when a gate moves: they stay, or end in this way."""

Address = str | int | tuple[str, int] | tuple[str, int, int, int]
"""Where a socket is: ``"localhost:5432"``, a port of localhost, a host and a port, or what a socket's
``getsockname()`` gives.
"""

Function = Callable[[bytes], bytes | None]
"""What becomes of data: what is to go on in its place, or ``None`` for nothing."""


def check_count(field: str, number: object, least: int = 0) -> None:
    """Raises `OptionError` unless it is a whole number from ``least`` on that fits into 64 bits."""
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number < 2**64:
        bounds = f"it must be a whole number from {least} to 2**64 - 1"
        raise OptionError(f"{field} is {number!r}: {bounds}", field=field, reason=bounds)


def seconds_of(field: str, time: Time) -> float:
    """The time in seconds. Raises `OptionError` if it is out of bounds."""
    try:
        return _engine.seconds(time)
    except OptionError as error:
        raise OptionError(f"{field}: {error}", field=field, reason=error.reason) from None


def check_choice(field: str, given: object, choices: Iterable[str]) -> None:
    """Raises `OptionError` unless it is one of a few texts."""
    if given not in (choices := tuple(choices)):
        bounds = f"it must be one of {', '.join(choices)}"
        raise OptionError(f"{field} is {given!r}: {bounds}", field=field, reason=bounds)


def address_text(address: Address) -> str:
    """The address as the engine reads it; an IPv6 host is put in brackets, with the scope that it has.

    Raises `AddressError` if a host has a port already, and `TypeError` if it is no address.
    """
    match address:
        case str():
            return address
        case int():
            return f"localhost:{address}"
        case (str(host), port):
            scope = 0
        case (str(host), port, _, scope):
            pass
        case _:
            ways = 'a text such as "localhost:5432", a port, or a host and a port'
            raise TypeError(f"an address is {ways}, not {address!r}")
    if ":" not in host:
        return f"{host}:{port}"
    try:
        IPv6Address(host)
    except ValueError:
        reason = f"host is {host!r}: it must be a host without a port, since the port is {port}"
        raise AddressError(reason, address=host) from None
    return f"[{host}%{scope}]:{port}" if scope and "%" not in host else f"[{host}]:{port}"
