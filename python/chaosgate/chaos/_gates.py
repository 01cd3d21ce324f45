"""The gates, and what they can be told."""

from __future__ import annotations

import asyncio
import itertools
import socket
from types import TracebackType
from typing import Any, TypeVar

from chaosgate import _engine, _living
from chaosgate._direction import AsyncEntry
from chaosgate._errors import WaitError
from chaosgate._fault import spec_of
from chaosgate._protocols import options_of
from chaosgate._values import seconds_of
from chaosgate._wait import wait_async
from chaosgate.chaos import _behaviours
from chaosgate.chaos._calls import Calls
from chaosgate.chaos._coroutines import acts_at_once
from chaosgate.chaos._hits import Hits
from chaosgate.chaos._interceptors import Interceptors
from chaosgate.chaos._methods import both, refused
from chaosgate.chaos._names import EvLoop, GateException, GateRoute, Interceptor

G = TypeVar("G", bound="BaseGate")

_A_YEAR = 365 * 86_400.0
"""The longest wait, in seconds: for ever, as a test sees it."""

_SILENCE = 600.0
"""After how many seconds without a datagram a client of UDP is forgotten."""


class BaseGate:
    """What gates of both protocols have in common."""

    to_server_pass, to_client_pass = both(_behaviours.pass_)
    to_server_noop, to_client_noop = both(_behaviours.noop)
    to_server_drop, to_client_drop = both(_behaviours.drop)
    to_server_delay, to_client_delay = both(_behaviours.delay)
    to_server_close_on_data, to_client_close_on_data = both(_behaviours.close_on_data)
    to_server_corrupt_data, to_client_corrupt_data = both(_behaviours.corrupt_data)
    to_server_limit_bps, to_client_limit_bps = both(_behaviours.limit_bps)
    to_server_limit_time, to_client_limit_time = both(_behaviours.limit_time)
    to_server_limit_bytes, to_client_limit_bytes = both(_behaviours.limit_bytes)
    to_server_substitute, to_client_substitute = both(_behaviours.substitute)

    def __init__(self, route: GateRoute, loop: EvLoop = None) -> None:
        self._route = route
        self._own_loop = loop
        self._loop = loop
        self._gate = self._make(route)
        _living.add(self._gate, route.name)
        self._numbers = itertools.count()
        self._interceptors = Interceptors()

    def _make(self, route: GateRoute) -> _engine.Gate:
        raise NotImplementedError

    async def __aenter__(self: G) -> G:
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    # Starting, stopping, accepting.

    def start(self) -> None:
        """Listens on every address of the route's host, and accepts. Without effect once started."""
        if self._gate.is_running:
            return
        # Each start may be in another loop, if none was chosen for good.
        loop = self._own_loop or asyncio.get_running_loop()
        if not socket.getaddrinfo(self._route.host_for_client, self._route.port_for_client):
            raise GateException(f"{self._route.host_for_client} has no address")
        self._interceptors.attach(loop)
        try:
            self._gate.set_accepting("accept")
            self._gate.start()
        except BaseException:
            self._interceptors.let_go()
            raise
        self._loop = loop

    async def stop(self) -> None:
        """Passes, stops accepting, closes all connections and what it listens on."""
        if not self._gate.is_running and not self._interceptors.is_attached:
            return
        # In this order, so that nothing that was held passes.
        self._gate.stop()
        self._gate.both.pass_()
        await self._interceptors.detach()
        await wait_async(self._gate.wait_told())

    def start_accepting(self) -> None:
        """Accepts again; those who wait are served with what they have sent."""
        assert self._gate.is_running, "start() it first"
        self._gate.set_accepting("accept")

    async def stop_accepting(self) -> None:
        """Accepts nobody: clients can connect, and nothing of them reaches the server."""
        if self._gate.is_running:
            self._gate.set_accepting("hold")

    async def sockets_close(self, *, count: int | None = None) -> None:
        """Closes all connections, or so many at most; what is under way is discarded."""
        self._gate.close_connections("fin", count)
        await self._interceptors.end()
        await wait_async(self._gate.wait_told())

    # What is seen of it.

    def get_sockname_for_clients(self) -> tuple[str, int]:
        """Where clients connect: as the route has it, or with the port that was free."""
        if self._route.port_for_client:
            return self._route.host_for_client, self._route.port_for_client
        addresses = self._gate.addresses
        assert addresses, "with port 0 it has an address only once it was started"
        return addresses[0]

    def info(self) -> str:
        """Its connections, a line each."""
        connections = self._gate.connections()
        if not connections:
            return f'"{self._route.name}" no active sockets'
        # The descriptors are the engine's own, and say nothing here; the numbers are in its events.
        lines = (f"\n\tclient fd={one['number']} <=> server fd={one['number']}" for one in connections)
        return f'"{self._route.name}" active sockets:{"".join(lines)}'

    # How it behaves.

    @acts_at_once
    def set_to_server_interceptor(self, interceptor: Interceptor | None) -> Calls:
        """Has this called when data waits that goes to the server; ``None`` reads nothing.

        A queue of calls does again what it is a queue of, and is given back.
        """
        return self._intercept("to_server", interceptor)

    @acts_at_once
    def set_to_client_interceptor(self, interceptor: Interceptor | None) -> Calls:
        """Has this called when data waits that goes to the client; ``None`` reads nothing.

        A queue of calls does again what it is a queue of, and is given back.
        """
        return self._intercept("to_client", interceptor)

    def _behave(self, direction: str, calls: Hits) -> Calls:
        faults: _engine.Faults = getattr(self._gate, direction)
        chosen = calls.behaviour()
        # Names of their own, since each call begins with fresh state.
        name = f"{calls.func.__name__}-{next(self._numbers)}"
        names = (*(f"{name}-{place}" for place in range(len(chosen) - 1)), name)
        faults.set([spec_of(fault).named(name) for fault, name in zip(chosen, names, strict=False)])
        calls.count(self._loop, AsyncEntry(faults.list()[-1]) if chosen else None)
        return calls

    def _intercept(self, direction: str, interceptor: Interceptor | None) -> Calls:
        if interceptor is None:
            interceptor = Hits(_behaviours.noop, _behaviours.noop)
        if isinstance(interceptor, Hits):
            return self._behave(direction, interceptor)
        faults: _engine.Faults = getattr(self._gate, direction)
        spec, calls = self._interceptors.lend(interceptor, next(self._numbers))
        faults.set([spec])
        return calls


def _options(route: GateRoute) -> dict[str, Any]:
    server = route.host_to_server, route.port_to_server
    return options_of(server, (route.host_for_client, route.port_for_client), route.name)


class TcpGate(BaseGate):
    """A gate between clients and a server that speak TCP."""

    to_server_smaller_parts, to_client_smaller_parts = both(_behaviours.smaller_parts)
    to_server_concat_packets, to_client_concat_packets = both(_behaviours.concat_packets)

    def _make(self, route: GateRoute) -> _engine.Gate:
        return _engine.Gate.tcp(_options(route), "fin")

    def connections_count(self) -> int:
        """How many connections stand."""
        return self._gate.connection_count

    async def wait_for_connections(self, *, count: int = 1, timeout: float = 0.0) -> None:
        """Waits until so many stand; for ever, unless ``timeout`` is more than 0.

        Raises `asyncio.TimeoutError`.
        """
        within = _A_YEAR if timeout <= 0 else seconds_of("timeout", timeout)
        try:
            await wait_async(self._gate.wait_for_connections(count, within))
        except WaitError as error:
            raise asyncio.TimeoutError(str(error)) from None


class UdpGate(BaseGate):
    """A gate between clients and a server that exchange datagrams over UDP."""

    to_server_smaller_parts, to_client_smaller_parts = both(refused(_behaviours.smaller_parts))
    to_server_concat_packets, to_client_concat_packets = both(refused(_behaviours.concat_packets))

    def _make(self, route: GateRoute) -> _engine.Gate:
        return _engine.Gate.udp(_options(route), _SILENCE)

    def is_connected(self) -> bool:
        """Whether any client has a connection."""
        return self._gate.connection_count > 0
