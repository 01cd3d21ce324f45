"""A gate of each protocol, and what it is made with."""

from __future__ import annotations

from typing import Any, get_args

from chaosgate import _engine, _living
from chaosgate._direction import E
from chaosgate._own import OwnGate
from chaosgate._values import Address, How, Time, address_text, check_choice, check_count, seconds_of


class AnyTcpGate(OwnGate[E]):
    """A gate between clients and a server that speak TCP.

    ``upstream`` is where the server is: ``"localhost:5432"``, ``5432`` for a port of localhost, what a
    socket's ``getsockname()`` gives, or a host with the ``port`` behind it. It is resolved anew for each
    connection, and its addresses are tried in turn.
    """

    def __init__(
        self,
        upstream: Address,
        port: int | None = None,
        *,
        listen: Address = "127.0.0.1:0",
        name: str | None = None,
        seed: int | None = None,
        buffer: int | None = None,
        buffer_total: int | None = None,
        on_dial_failure: How = "reset",
    ) -> None:
        """A gate that is yet to be started. Its faults can be set already.

        Fields:
            upstream: Where the server is, or its host if ``port`` is given.
            port: The server's port, if ``upstream`` is a host alone.
            listen: Where clients connect; port 0 is a free one, and stays the same when the gate is
                stopped and started again.
            name: Its name in events and errors; ``upstream`` by default.
            seed: Where every decision of chance comes from; drawn by default, in a test run from its seed.
            buffer: The most bytes that each direction of a connection holds: 64 MiB by default, 4096
                at least. Full means not reading, which the sender feels.
            buffer_total: The most bytes that all connections hold together: 256 MiB by default.
            on_dial_failure: What a client gets when the server cannot be reached.
        """
        check_choice("on_dial_failure", on_dial_failure, get_args(How))
        options = options_of(server_of(upstream, port), listen, name, seed, buffer, buffer_total)
        super().__init__(_engine.Gate.tcp(options, on_dial_failure), options["name"])


class AnyUdpGate(OwnGate[E]):
    """A gate between clients and a server that exchange datagrams over UDP.

    Each client address has a connection of its own, which the server sees as an address of its own. It
    begins with the client's first datagram, and ends when it has been silent for the ``idle`` time,
    or is closed; the next datagram begins a new one.
    """

    def __init__(
        self,
        upstream: Address,
        port: int | None = None,
        *,
        listen: Address = "127.0.0.1:0",
        name: str | None = None,
        seed: int | None = None,
        buffer: int | None = None,
        buffer_total: int | None = None,
        idle: Time = 60.0,
    ) -> None:
        """A gate that is yet to be started. Its faults can be set already.

        Fields:
            upstream: Where the server is, or its host if ``port`` is given.
            port: The server's port, if ``upstream`` is a host alone.
            listen: Where clients send to; port 0 is a free one, and stays the same when the gate is
                stopped and started again.
            name: Its name in events and errors; ``upstream`` by default.
            seed: Where every decision of chance comes from; drawn by default, in a test run from its seed.
            buffer: The most bytes that each direction of a connection holds: 64 MiB by default, 4096
                at least. A datagram that does not fit is dropped.
            buffer_total: The most bytes that all connections hold together: 256 MiB by default.
            idle: After what silence of both sides a connection ends: 60 s by default, 1 ms at least.
        """
        options = options_of(server_of(upstream, port), listen, name, seed, buffer, buffer_total)
        super().__init__(_engine.Gate.udp(options, seconds_of("idle", idle)), options["name"])


def server_of(upstream: Address, port: int | None) -> Address:
    """Where the server is, by what a gate is made with."""
    if port is None:
        return upstream
    if not isinstance(upstream, str):
        raise TypeError(f"upstream is {upstream!r} and port {port!r}: with a port, it must be a host")
    return upstream, port


def options_of(
    upstream: Address,
    listen: Address,
    name: str | None,
    seed: int | None = None,
    buffer: int | None = None,
    buffer_total: int | None = None,
) -> dict[str, Any]:
    """What the engine makes gates of both protocols with."""
    for field, number, least in (
        ("seed", seed, 0),
        ("buffer", buffer, 4096),
        ("buffer_total", buffer_total, 0),
    ):
        if number is not None:
            check_count(field, number, least)
    return {
        "name": address_text(upstream) if name is None else name,
        "listen": address_text(listen),
        "upstream": address_text(upstream),
        "seed": _living.seed_for(name) if seed is None else seed,
        "buffer": buffer,
        "buffer_total": buffer_total,
    }
