"""A gate of a daemon, for asyncio."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from chaosgate._accepting import Accepting, AcceptingName
from chaosgate._client import _sync
from chaosgate._client._aio_faults import RemoteFaults
from chaosgate._client._awaiting import Asked, awaited, finished, waited
from chaosgate._info import Connection, Event, Totals
from chaosgate._recovery import PAUSE, Recovery
from chaosgate._values import Address, OpenConnections, Time, check_count, seconds_of
from chaosgate._wait import WITHIN

Blocking = _sync.RemoteGate


class RemoteGate:
    """A gate of a daemon, which a `Client` of ``chaosgate.aio`` gives.

    It has the names of `chaosgate.RemoteGate`. Each call goes over the network: so all of them are awaited,
    properties too, ``await gate.totals``. Only where it is (``address``) and its ``seed`` are known. As a
    block, of ``async with``, it is removed at the end.
    """

    def __init__(self, gate: Blocking) -> None:
        """A gate that blocks, whose daemon is asked here where it is."""
        self._blocking = gate
        self._native = gate._remote
        self.name = gate.name
        """Its name, the only such at the daemon."""
        self.seed = gate.seed
        """The seed that every decision of chance comes from."""
        self.addresses = gate.addresses
        """Every address that it listens on, as it was when this program last made, found or moved it."""
        self.to_server = RemoteFaults(gate.to_server)
        """The faults on the way to the server."""
        self.to_client = RemoteFaults(gate.to_client)
        """The faults on the way to the client."""
        self.both = RemoteFaults(gate.both)
        """The faults of both directions, which change together."""

    @property
    def address(self) -> tuple[str, int]:
        """Where clients connect, as a host and a port: the first of its ``addresses``."""
        return self.addresses[0]

    @property
    def host(self) -> str:
        """The host of its ``address``."""
        return self.address[0]

    @property
    def port(self) -> int:
        """The port of its ``address``."""
        return self.address[1]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} on {self.host}:{self.port}>"

    # Its life.

    start = awaited(Blocking.start)
    stop = awaited(Blocking.stop)
    remove = awaited(Blocking.remove)

    async def reroute(
        self,
        *,
        listen: Address | None = None,
        upstream: Address | None = None,
        open_connections: OpenConnections = "stay",
    ) -> None:
        """Goes on between other addresses, as `chaosgate.RemoteGate.reroute` says."""

        def move() -> list[tuple[str, int]]:
            self._blocking.reroute(listen=listen, upstream=upstream, open_connections=open_connections)
            return self._blocking.addresses

        self.addresses = await finished(move)

    async def __aenter__(self) -> RemoteGate:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.remove()

    # How it fails, and heals.

    pass_ = awaited(Blocking.pass_)
    heal = awaited(Blocking.heal)
    close_connections = awaited(Blocking.close_connections)
    close_connection = awaited(Blocking.close_connection)

    @property
    def accepting(self) -> Asked[Accepting]:
        """How it takes new clients; ``set_accepting`` changes it."""
        return finished(lambda: self._blocking.accepting)

    async def set_accepting(self, accepting: AcceptingName) -> None:
        """Takes all who connect from then on in this way. Raises `AcceptingError`; it goes on as before."""
        await finished(lambda: setattr(self._blocking, "accepting", accepting))

    # What is seen of it.

    events_since = awaited(Blocking.events_since)

    @property
    def is_running(self) -> Asked[bool]:
        """Whether it listens."""
        return finished(lambda: self._blocking.is_running)

    @property
    def is_healed(self) -> Asked[bool]:
        """Whether it has no faults, and accepts."""
        return finished(lambda: self._blocking.is_healed)

    @property
    def connections(self) -> Asked[list[Connection]]:
        """The connections that stand."""
        return finished(lambda: self._blocking.connections)

    @property
    def connection_count(self) -> Asked[int]:
        """How many connections stand."""
        return finished(lambda: self._blocking.connection_count)

    @property
    def totals(self) -> Asked[Totals]:
        """What has gone through it since it was made."""
        return finished(lambda: self._blocking.totals)

    @property
    def events(self) -> Asked[list[Event]]:
        """The last 1,000 events, the oldest first."""
        return finished(lambda: self._blocking.events)

    @property
    def event_count(self) -> Asked[int]:
        """How many events it has had."""
        return finished(lambda: self._blocking.event_count)

    @property
    def timeline(self) -> Asked[str]:
        """The last 1,000 events, a line each."""
        return finished(lambda: self._blocking.timeline)

    # What waits.

    async def wait_for_connections(self, wanted: int = 1, *, within: Time = WITHIN) -> None:
        """Waits until so many connections stand at least. Raises `WaitError`."""
        check_count("wanted", wanted)
        await waited(self._native.wait_for_connections(wanted, seconds_of("within", within)))

    async def wait_for_no_connections(self, *, within: Time = WITHIN) -> None:
        """Waits until no connection stands any more. Raises `WaitError`."""
        await waited(self._native.wait_for_no_connections(seconds_of("within", within)))

    async def assert_recovers(
        self,
        probe: Callable[[], object],
        *,
        within: Time = WITHIN,
        streak: int = 3,
        pause: Time = PAUSE,
    ) -> float:
        """Heals the gate, and calls ``probe`` until it has succeeded ``streak`` times in a row, as the gates
        of `chaosgate.aio` do.
        """
        recovery = await finished(lambda: Recovery(self._blocking, probe, within, streak, pause))
        return await recovery.by_awaiting()
