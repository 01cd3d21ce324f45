"""Gates for code that blocks."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from chaosgate._direction import Entry
from chaosgate._gate import Gate, move_to
from chaosgate._own import OwnGate
from chaosgate._protocols import AnyTcpGate, AnyUdpGate
from chaosgate._recovery import PAUSE, Recovery
from chaosgate._values import Address, OpenConnections, Time, check_count, seconds_of
from chaosgate._wait import WITHIN, wait

S = TypeVar("S", bound="Blocking")


class Blocking(Gate[Entry]):
    """What waits blocks."""

    _entry = Entry

    def start(self) -> None:
        """Listens; without effect while it runs. After a stop it comes back on the same addresses.

        Raises `StartError`; then nothing is left behind.
        """
        self._native.start()

    def stop(self) -> None:
        """Closes the listener and all connections, in order; what is under way is discarded.

        From then on clients are refused. The faults stay.
        """
        self._native.stop()

    def reroute(
        self,
        *,
        listen: Address | None = None,
        upstream: Address | None = None,
        open_connections: OpenConnections = "stay",
    ) -> None:
        """Goes on between other addresses, for all who connect when this has returned.

        Its name stays, and its faults, hits, numbers of connections and totals. At addresses where it
        listens already nobody is refused meanwhile. One that is stopped listens there when it is started.

        Fields:
            listen: Where clients connect; as before by default. A host name is looked up here.
            upstream: Where the server is; as before by default.
            open_connections: What becomes of those that stand: they ``"stay"`` with the server that they
                have, or end in order (``"fin"``) or by a ``"reset"``.

        Raises `StartError` if an address cannot be listened on, and `AddressError` if one is wrong or leads
        to the gate itself; then nothing has changed.
        """
        self._native.reroute(*move_to(listen, upstream, open_connections))

    def __enter__(self: S) -> S:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        """The end of a block."""
        self.stop()

    def wait_for_connections(self, wanted: int = 1, *, within: Time = WITHIN) -> None:
        """Waits until so many connections stand at least; returns at once if they do.

        Raises `WaitError` if there were fewer ``within`` that time.
        """
        check_count("wanted", wanted)
        wait(self._native.wait_for_connections(wanted, seconds_of("within", within)))

    def wait_for_no_connections(self, *, within: Time = WITHIN) -> None:
        """Waits until no connection stands any more. Raises `WaitError`."""
        wait(self._native.wait_for_no_connections(seconds_of("within", within)))

    def assert_recovers(
        self,
        probe: Callable[[], object],
        *,
        within: Time = WITHIN,
        streak: int = 3,
        pause: Time = PAUSE,
    ) -> float:
        """Heals the gate, and calls ``probe`` until it has succeeded ``streak`` times in a row.

        A probe has succeeded if it returns, and not ``False``. Gives the time to recover: how many
        seconds after healing the first of the streak had succeeded. Raises `NotRecoveredError`, an
        `AssertionError` with the timeline, if that takes longer than ``within``. After a failure there
        is a ``pause``. A probe that blocks is not interrupted: give it a time-out of its own.

        One that is wrong is no proof: what must be awaited, or takes arguments, is a `ProbeError`, and
        a `NameError`, `ImportError` or `SyntaxError` of the probe comes through at once.
        """
        return Recovery(self, probe, within, streak, pause).sync()


class _Own(Blocking, OwnGate[Entry]):
    def wait_closed(self, *, within: Time = WITHIN) -> None:
        """Waits until every socket of every client has been closed: after a stop, up to a second for
        peers that do not close theirs. Raises `WaitError`.
        """
        wait(self._engine.wait_closed(seconds_of("within", within)))


class TcpGate(_Own, AnyTcpGate[Entry]):
    __doc__ = AnyTcpGate.__doc__


class UdpGate(_Own, AnyUdpGate[Entry]):
    __doc__ = AnyUdpGate.__doc__
