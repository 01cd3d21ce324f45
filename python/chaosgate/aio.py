"""Gates for asyncio: what waits is awaited, under the same names.

What cannot wait is a plain call here too: to set faults, to change how clients are taken, to close
connections and to heal, whatever the traffic does. The engine works on threads of its own: a gate
belongs to no event loop, and may be used from several, one after another. uvloop will do as well; trio
does not, and is refused. Gates of a daemon, which a `Client` has, are another matter: each call to it goes
over the network, and so all of them are awaited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import TypeVar

from chaosgate._client._aio import Client
from chaosgate._client._aio_gate import RemoteGate
from chaosgate._direction import AsyncEntry as Entry
from chaosgate._gate import move_to
from chaosgate._own import OwnGate
from chaosgate._protocols import AnyTcpGate, AnyUdpGate
from chaosgate._recovery import PAUSE, Recovery
from chaosgate._starting import Starting
from chaosgate._values import Address, OpenConnections, Time, check_count, seconds_of
from chaosgate._wait import WITHIN, on_a_thread, running_loop, wait_async

__all__ = ["Client", "Entry", "RemoteGate", "TcpGate", "UdpGate"]

S = TypeVar("S", bound="_Awaiting")


class _Awaiting(OwnGate[Entry]):
    _entry = Entry

    async def start(self) -> None:
        """Listens; without effect while it runs. After a stop it comes back on the same addresses.

        Raises `StartError`; then nothing is left behind, nor if it is cancelled.
        """
        starting = Starting(self._engine, self._turn_to_start)
        try:
            await on_a_thread(starting.run)
        except asyncio.CancelledError:
            starting.give_up()
            raise

    @cached_property
    def _turn_to_start(self) -> Lock:
        return Lock()

    async def stop(self) -> None:
        """Closes the listener and all connections, in order; what is under way is discarded.

        From then on clients are refused. The faults stay.
        """
        self._native.stop()

    async def reroute(
        self,
        *,
        listen: Address | None = None,
        upstream: Address | None = None,
        open_connections: OpenConnections = "stay",
    ) -> None:
        """Goes on between other addresses, for all who connect when this has returned.

        Its name stays, and its faults, hits, numbers of connections and totals. At addresses where it
        listens already nobody is refused meanwhile. One that is stopped listens there when it is started.
        One that is cancelled while it looks up a name may move all the same.

        Fields:
            listen: Where clients connect; as before by default. A host name is looked up here.
            upstream: Where the server is; as before by default.
            open_connections: What becomes of those that stand: they ``"stay"`` with the server that they
                have, or end in order (``"fin"``) or by a ``"reset"``.

        Raises `StartError` if an address cannot be listened on, and `AddressError` if one is wrong or leads
        to the gate itself; then nothing has changed.
        """
        await on_a_thread(self._native.reroute, *move_to(listen, upstream, open_connections))

    async def __aenter__(self: S) -> S:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def wait_closed(self, *, within: Time = WITHIN) -> None:
        """Waits until every socket of every client has been closed: after a stop, up to a second for
        peers that do not close theirs. Raises `WaitError`.
        """
        await wait_async(self._engine.wait_closed(seconds_of("within", within)))

    async def wait_for_connections(self, wanted: int = 1, *, within: Time = WITHIN) -> None:
        """Waits until so many connections stand at least; returns at once if they do.

        Raises `WaitError` if there were fewer ``within`` that time.
        """
        check_count("wanted", wanted)
        await wait_async(self._native.wait_for_connections(wanted, seconds_of("within", within)))

    async def wait_for_no_connections(self, *, within: Time = WITHIN) -> None:
        """Waits until no connection stands any more. Raises `WaitError`."""
        await wait_async(self._native.wait_for_no_connections(seconds_of("within", within)))

    async def assert_recovers(
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
        is a ``pause``. What the probe gives is awaited if it can be, and one that hangs then is cancelled
        when the time is over; a plain function will do too, and blocks the loop while it runs.

        One that is wrong is no proof: what takes arguments is a `ProbeError`, and a `NameError`,
        `ImportError` or `SyntaxError` of the probe comes through at once.
        """
        running_loop()
        return await Recovery(self, probe, within, streak, pause).by_awaiting()


class TcpGate(_Awaiting, AnyTcpGate[Entry]):
    __doc__ = AnyTcpGate.__doc__


class UdpGate(_Awaiting, AnyUdpGate[Entry]):
    __doc__ = AnyUdpGate.__doc__
