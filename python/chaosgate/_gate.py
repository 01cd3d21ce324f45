"""What gates of both protocols have that does not wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, get_args

from chaosgate import _living, _natives
from chaosgate._accepting import Accepting, AcceptingName
from chaosgate._direction import E, Faults
from chaosgate._errors import ForkedError, NotStartedError
from chaosgate._info import Connection, Event, Totals, connection_of, event_of, totals_of
from chaosgate._values import Address, How, OpenConnections, address_text, check_choice, check_count


class Gate(Generic[E]):
    """A gate between clients and a server: what `TcpGate`, `UdpGate` and `RemoteGate` have in common."""

    _entry: Callable[[_natives.Entry], E]

    def __init__(self, native: _natives.Gate, name: str) -> None:
        self._native = native
        self._name = name
        _living.add(native, name)
        self.to_server: Faults[E] = Faults(native.to_server, self._entry)
        """The faults on the way to the server."""
        self.to_client: Faults[E] = Faults(native.to_client, self._entry)
        """The faults on the way to the client."""
        self.both: Faults[E] = Faults(native.both, self._entry)
        """The faults of both directions, which change together."""

    # What it is.

    @property
    def name(self) -> str:
        """Its name in events and errors."""
        return self._name

    @property
    def seed(self) -> int:
        """The seed that every decision of chance comes from; in a test, together with the test's name."""
        return self._native.seed

    @property
    def address(self) -> tuple[str, int]:
        """Where clients connect, as a host and a port: the first of its ``addresses``.

        It stays when the gate is stopped. Raises `NotStartedError` before the first start.
        """
        addresses = self.addresses
        if not addresses:
            raise NotStartedError(f"gate {self.name} has no address before it is started")
        return addresses[0]

    @property
    def host(self) -> str:
        """The host of its ``address``."""
        return self.address[0]

    @property
    def port(self) -> int:
        """The port of its ``address``."""
        return self.address[1]

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Every address that it listens on, or listened on before it was stopped."""
        return self._native.addresses

    @property
    def is_running(self) -> bool:
        """Whether it has been started and not stopped."""
        return self._native.is_running

    def __repr__(self) -> str:
        try:
            where = ", ".join(address_text(address) for address in self.addresses) or "nowhere"
            state = "" if self.is_running else ", stopped"
        except ForkedError:
            where, state = "no address here", ", of another process"
        return f"<{type(self).__name__} {self.name} on {where}{state}>"

    # How it fails, and heals.

    def pass_(self) -> None:
        """Removes all faults of both directions. How it takes clients stays; see ``heal``."""
        self.both.pass_()

    def heal(self) -> None:
        """Heals it: no faults, and new clients are accepted.

        Raises `AcceptingError` if it refused and its port is taken now; the faults are gone all the
        same.
        """
        self._native.heal()

    @property
    def is_healed(self) -> bool:
        """Whether it has no faults, and accepts."""
        return self.accepting is Accepting.ACCEPT and not self.both.entries

    @property
    def accepting(self) -> Accepting:
        """How it takes new clients. When set, it holds for all that connect from then on.

        Raises `AcceptingError` if it refused and its port is taken now, or if this cannot be had
        here; it goes on as before.
        """
        return Accepting(self._native.accepting)

    @accepting.setter
    def accepting(self, accepting: AcceptingName) -> None:
        mode = accepting.value if isinstance(accepting, Accepting) else accepting
        check_choice("accepting", mode, (mode.value for mode in Accepting))
        self._native.set_accepting(mode)

    def close_connections(self, how: How = "fin", *, count: int | None = None) -> int:
        """Closes all connections, or at most ``count`` of them, the oldest first.

        What is under way is discarded. They are not counted any more when this returns. Gives their
        number. UDP's end without a word, whatever ``how`` says.
        """
        check_choice("how", how, get_args(How))
        if count is not None:
            check_count("count", count)
        return self._native.close_connections(how, count)

    def close_connection(self, number: int, how: How = "fin") -> bool:
        """Closes the connection of this number. Whether there was one."""
        check_choice("how", how, get_args(How))
        check_count("number", number)
        return self._native.close_connection(number, how)

    # What is seen of it.

    @property
    def connections(self) -> list[Connection]:
        """The connections that stand."""
        return [connection_of(fields) for fields in self._native.connections()]

    @property
    def connection_count(self) -> int:
        """How many connections stand."""
        return self._native.connection_count

    @property
    def totals(self) -> Totals:
        """What has gone through it since it was made; it moves while connections are open."""
        return totals_of(self._native.totals())

    @property
    def events(self) -> list[Event]:
        """The last 1,000 events, the oldest first."""
        return self.events_since(0)

    @property
    def event_count(self) -> int:
        """How many events it has had, which is the ``number`` of the last one."""
        return self._native.event_count

    def events_since(self, number: int) -> list[Event]:
        """Those of the last 1,000 events that came after the one of this ``number``, the oldest first.

        If more have come, the first is not the next: its number tells how many are missing.
        """
        check_count("number", number)
        return [event_of(fields) for fields in self._native.events_since(number)]

    @property
    def timeline(self) -> str:
        """The last 1,000 events, a line each."""
        return self._native.timeline


def move_to(
    listen: Address | None, upstream: Address | None, open_connections: OpenConnections
) -> tuple[str | None, str | None, OpenConnections]:
    """What the engine moves gates of both protocols by."""
    check_choice("open_connections", open_connections, ("stay", *get_args(How)))
    listen_text, upstream_text = (
        None if address is None else address_text(address) for address in (listen, upstream)
    )
    return listen_text, upstream_text, open_connections
