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
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from chaosgate import _engine
from chaosgate._callables import name_of
from chaosgate.chaos._calls import Given
from chaosgate.chaos._invocations import Invocations
from chaosgate.chaos._names import ConnectionClosedError, GateInterceptException, Interceptor
from chaosgate.chaos._testsuite import CallQueueBase

_log = logging.getLogger("chaosgate")


@dataclass
class Pair:
    """The sockets of a connection, the same for all calls: users know them by identity."""

    client: socket.socket
    server: socket.socket
    ways: set[bool] = field(default_factory=set)
    """To the server, to the client: the directions that have been lent and have not ended."""

    @property
    def is_open(self) -> bool:
        """Whether no interceptor has closed one of them."""
        return -1 not in (self.client.fileno(), self.server.fileno())

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        for sock in (self.client, self.server):
            if sock.fileno() != -1 and not loop.is_closed():
                # A call that was cancelled may have left the loop watching it, and the loop would take the
                # next socket with this descriptor for it. Where a transport has it, that is told.
                with suppress(RuntimeError):
                    loop.remove_reader(sock.fileno())
                    loop.remove_writer(sock.fileno())
            sock.close()


class Interceptors:
    """The interceptors of a gate, and their running calls."""

    def __init__(self) -> None:
        self._notices = _engine.Notices()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._borrowers: dict[int, Callable[..., Coroutine[Any, Any, Any]]] = {}
        self._pairs: dict[int, Pair] = {}
        self._running: dict[asyncio.Task[None], _engine.Loan] = {}

    def lend(self, interceptor: Interceptor, number: int) -> tuple[_engine.Spec, Invocations | Given]:
        """A fault that has this interceptor called, and where its calls are noted."""
        if self._loop is None:
            # Nobody else takes what is told of those that have gone.
            self._take()
        calls = noted(interceptor)
        name = name_of(calls.func)
        spec = self._notices.lend(name, f"{name}-{number}", number)
        # Either of the two, as it is called, notes that it was.
        self._borrowers[number] = calls if isinstance(calls, Invocations) else calls.given()
        return spec, calls

    @property
    def is_attached(self) -> bool:
        """Whether there is a loop that they are called on."""
        return self._loop is not None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Has them called on this loop."""
        self._take()
        loop.add_reader(self._notices.fileno(), self._take)
        self._loop = loop

    async def detach(self) -> None:
        """Nothing more is told: all connections have ended."""
        try:
            await self.end()
        finally:
            self.let_go()

    def let_go(self) -> None:
        """The same without a wait for calls that still run."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        if not loop.is_closed():
            loop.remove_reader(self._notices.fileno())
        for pair in self._pairs.values():
            pair.close(loop)
        self._pairs.clear()

    async def end(self) -> None:
        """Cancels the calls on connections that have ended, and waits for them."""
        self._take()
        own = asyncio.current_task()
        over = [task for task, loan in self._running.items() if loan.is_over]
        for task in over:
            task.cancel()
        # A call that has closed its own connection goes on to its next await.
        if others := [task for task in over if task is not own]:
            # Not `gather`, which could not be cancelled while one of them does not end.
            await asyncio.wait(others)

    def _take(self) -> None:
        """Takes what has been told."""
        for number, loan, ended in self._notices.take():
            if loan is not None:
                self._lent(number, loan)
            elif ended is not None:
                self._ended(*ended)
            else:
                del self._borrowers[number]

    def _lent(self, number: int, loan: _engine.Loan) -> None:
        # One that is dropped is worth nothing any more, or closes its connection.
        if self._loop is not None and not loan.is_over:
            task = self._loop.create_task(self._call(number, loan))
            self._running[task] = loan
            task.add_done_callback(self._over)

    async def _call(self, number: int, loan: _engine.Loan) -> None:
        # Only now: what has been switched since it was lent holds.
        if not loan.begin():
            return
        interceptor = self._borrowers[number]
        pair = self._pair(loan)
        ways = (pair.client, pair.server) if loan.is_to_server else (pair.server, pair.client)
        goes_on = False
        try:
            await interceptor(self._loop, *ways)
            goes_on = pair.is_open
        except (GateInterceptException, ConnectionClosedError):
            pass
        finally:
            if goes_on:
                loan.give_back()
            else:
                loan.close()

    def _over(self, task: asyncio.Task[None]) -> None:
        """A call has ended; or has not begun, where it was cancelled before."""
        loan = self._running.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("an interceptor failed on connection %d", loan.connection, exc_info=error)
        self._close_unused(loan.connection)

    def _pair(self, loan: _engine.Loan) -> Pair:
        pair = self._pairs.get(loan.connection)
        if pair is None:
            sockets = [socket.socket(fileno=descriptor) for descriptor in loan.sockets()]
            for sock in sockets:
                sock.setblocking(False)
            client, server = sockets if loan.is_to_server else reversed(sockets)
            pair = self._pairs[loan.connection] = Pair(client, server)
        pair.ways.add(loan.is_to_server)
        return pair

    def _ended(self, connection: int, is_to_server: bool) -> None:
        """A direction of a connection has ended."""
        for task, loan in self._running.items():
            if (loan.connection, loan.is_to_server) == (connection, is_to_server):
                task.cancel()
        if pair := self._pairs.get(connection):
            pair.ways.discard(is_to_server)
            self._close_unused(connection)

    def _close_unused(self, connection: int) -> None:
        """Closes the sockets of a connection that has ended, once no call has them any more."""
        pair = self._pairs.get(connection)
        is_used = any(loan.connection == connection for loan in self._running.values())
        if pair is not None and self._loop is not None and not pair.ways and not is_used:
            del self._pairs[connection]
            pair.close(self._loop)


def noted(interceptor: Interceptor) -> Invocations | Given:
    """Where its calls are noted: a queue that is given as an interceptor is that itself."""
    if isinstance(interceptor, Invocations | Given):
        return interceptor
    return Given(interceptor) if isinstance(interceptor, CallQueueBase) else Invocations(interceptor)
