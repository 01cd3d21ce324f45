"""Gates of a daemon, in the place of those that a test suite asks for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chaosgate import RemoteGate, aio


def gate_at(
    url: str, kind: Callable[..., object], args: tuple[object, ...], kwargs: Mapping[str, object]
) -> RemoteGate:
    """A gate of the daemon at ``url``, made with what one of this class would be made with.

    A worker of pytest-xdist has its own name behind that of the gate, which is the only such at the daemon.
    """
    from chaosgate import Client, OptionError, TcpGate, UdpGate, _living, aio
    from chaosgate._protocols import server_of
    from chaosgate._values import address_text

    if kind not in (TcpGate, UdpGate, aio.TcpGate, aio.UdpGate):
        reason = "a daemon has gates of TcpGate and UdpGate alone, of chaosgate or chaosgate.aio"
        raise OptionError(f"kind is {kind!r}: {reason}", field="kind", reason=reason)
    options: dict[str, Any] = signature(kind).bind(*args, **kwargs).arguments
    given_name = options.pop("name", None)
    if options.get("seed") is None:
        options["seed"] = _living.seed_for(given_name)
    name = given_name or address_text(server_of(options["upstream"], options.get("port")))
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        name += f" of {worker}"
    return Client(url).create(name, udp=kind in (UdpGate, aio.UdpGate), **options)


def as_asked(kind: Callable[..., object], gate: RemoteGate) -> RemoteGate | aio.RemoteGate:
    """The gate for code that blocks or for asyncio, as this class is."""
    from chaosgate import aio

    return aio.RemoteGate(gate) if kind in (aio.TcpGate, aio.UdpGate) else gate
