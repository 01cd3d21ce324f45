"""Interceptors of one's own: coroutines on real sockets, which the engine lends.

The engine writes out what a direction holds, waits for data, and lends the connection's sockets; then the
interceptor is called, and when it has ended they are the engine's again. What it tells comes through
one socket for the whole gate, which the event loop watches: nothing polls, and a connection that is
silent costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from dataclasses import dataclass, field
from typing import Any

from chaosgate import _engine
from chaosgate.chaos._calls import Invocations
from chaosgate.chaos._names import ConnectionClosedError, GateInterceptException, Interceptor

_log = logging.getLogger("chaosgate")


@dataclass
class Pair:
    """The sockets of a connection, the same for all calls: users know them by identity."""

    client: socket.socket
    server: socket.socket
    lent: set[bool] = field(default_factory=set)
    """To the server, to the client: the directions that may have to do with them."""

    def close(self) -> None:
        self.client.close()
        self.server.close()


class Interceptors:
    """The interceptors of a gate, and their running calls."""

    def __init__(self) -> None:
        self._notices = _engine.Notices()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._borrowers: dict[int, tuple[Interceptor, Invocations]] = {}
        self._pairs: dict[int, Pair] = {}
        self._running: dict[tuple[int, bool], asyncio.Task[bool]] = {}

    def lend(self, interceptor: Interceptor, number: int) -> tuple[_engine.Spec, Invocations]:
        """A fault that has this interceptor called, and where its calls are noted."""
        calls = Invocations(interceptor)
        name = getattr(interceptor, "__name__", type(interceptor).__name__)
        spec = self._notices.lend(name, f"{name}-{number}", number)
        self._borrowers[number] = interceptor, calls
        return spec, calls

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Has them called on this loop."""
        self._loop = loop
        loop.add_reader(self._notices.fileno(), self.take)

    async def detach(self) -> None:
        """Nothing more is told: all connections have ended."""
        if self._loop is not None:
            self._loop.remove_reader(self._notices.fileno())
            self._loop = None
        await self.end_all_but(set())
        for connection, pair in list(self._pairs.items()):
            pair.lent.clear()
            self._let_go(connection)

    async def end_all_but(self, standing: set[int]) -> None:
        """Cancels the calls on all connections but these, and waits for their end."""
        # What waits to be taken must not begin after this.
        self.take(standing)
        own = asyncio.current_task()
        ended = [task for (number, _), task in self._running.items() if number not in standing]
        for task in ended:
            task.cancel()
        # A call that has closed its own connection goes on to its next await.
        await asyncio.gather(*(task for task in ended if task is not own), return_exceptions=True)

    def take(self, standing: set[int] | None = None) -> None:
        """Takes what has been told. What was lent of other connections than these goes back, if they are
        given.
        """
        for number, loan, ended in self._notices.take():
            if loan is not None:
                if standing is None or loan.connection in standing:
                    self._lent(number, loan)
            elif ended is not None:
                self._end(*ended)
            else:
                del self._borrowers[number]

    def _lent(self, number: int, loan: _engine.Loan) -> None:
        assert self._loop is not None
        interceptor, calls = self._borrowers[number]
        try:
            arguments = self._arguments(loan)
        except Exception:
            # Without descriptors to spare.
            _log.exception("no sockets for interceptor %s on connection %d", interceptor, loan.connection)
            loan.close()
            return
        key = loan.connection, loan.is_to_server
        task = self._loop.create_task(self._call(interceptor, calls, arguments))

        # Not in the coroutine, which never begins if it is cancelled before its first step.
        def over(task: asyncio.Task[bool]) -> None:
            del self._running[key]
            if task.cancelled() or task.exception() is not None or not task.result():
                loan.close()
            else:
                loan.give_back()
            self._let_go(loan.connection)

        self._running[key] = task
        task.add_done_callback(over)

    async def _call(self, interceptor: Interceptor, calls: Invocations, arguments: tuple[Any, ...]) -> bool:
        """Whether the connection goes on."""
        try:
            await interceptor(*arguments)
        except (GateInterceptException, ConnectionClosedError):
            return False
        except Exception:
            _log.exception("interceptor %s failed", interceptor)
            return False
        finally:
            calls.note(*arguments)
        return True

    def _arguments(self, loan: _engine.Loan) -> tuple[Any, ...]:
        pair = self._pairs.get(loan.connection)
        if pair is None:
            sockets = [socket.socket(fileno=descriptor) for descriptor in loan.sockets()]
            for sock in sockets:
                sock.setblocking(False)
            client, server = sockets if loan.is_to_server else reversed(sockets)
            pair = self._pairs[loan.connection] = Pair(client, server)
        pair.lent.add(loan.is_to_server)
        ways = (pair.client, pair.server) if loan.is_to_server else (pair.server, pair.client)
        return self._loop, *ways

    def _end(self, connection: int, is_to_server: bool) -> None:
        """A direction of a connection has ended."""
        task = self._running.get((connection, is_to_server))
        if task is not None:
            task.cancel()
        pair = self._pairs.get(connection)
        if pair is not None:
            pair.lent.discard(is_to_server)
            self._let_go(connection)

    def _let_go(self, connection: int) -> None:
        """Closes the sockets of a connection, if it has ended and no call has them any more.

        A loop that watches a socket must be told before it is closed, or it takes the next one with
        this descriptor for it.
        """
        pair = self._pairs.get(connection)
        is_used = any((connection, is_to_server) in self._running for is_to_server in (True, False))
        if pair is not None and not pair.lent and not is_used:
            del self._pairs[connection]
            pair.close()
