"""What becomes of a call of an interceptor that has not begun, and of sockets that calls have left behind."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from chaosgate import chaos
from support import soon, until

pytestmark = pytest.mark.asyncio


class Blocking:
    """A gate whose client and server block the loop's own thread."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self._listener.settimeout(30)
        route = chaos.GateRoute("blocking", *self._listener.getsockname())
        self.gate = chaos.TcpGate(route, asyncio.get_running_loop())

    def connect(self) -> tuple[socket.socket, socket.socket]:
        address = self.gate.get_sockname_for_clients()
        client = self._stack.enter_context(socket.create_connection(address, timeout=30))
        server = self._stack.enter_context(self._listener.accept()[0])
        server.settimeout(30)
        return client, server


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


async def never(loop: Any, socket_from: Any, socket_to: Any) -> None:
    pytest.fail("it was replaced before it began")


async def test_what_comes_after_a_switch_meets_no_interceptor_of_before(stack: ExitStack):
    blocking = Blocking(stack)
    async with blocking.gate as gate:
        client, server = blocking.connect()
        for number in range(50):
            calls = gate.set_to_server_interceptor(never)
            client.sendall(b"before")
            gate.to_server_pass()
            client.sendall(b"after")
            received = b""
            while len(received) < 11:
                # The loop does not turn meanwhile.
                received += server.recv(100)
            assert received == b"beforeafter", number
            # Now it does.
            await asyncio.sleep(0)
            assert not calls.has_calls


async def test_one_interceptor_takes_over_what_another_has_not_begun(stack: ExitStack):
    async def answer(loop: Any, socket_from: Any, socket_to: Any) -> None:
        socket_from.send(socket_from.recv(100).upper())

    blocking = Blocking(stack)
    async with blocking.gate as gate:
        client, _ = blocking.connect()
        gate.set_to_server_interceptor(never)
        client.sendall(b"ping")
        calls = gate.set_to_server_interceptor(answer)
        await soon(calls.wait_call())
        assert client.recv(100) == b"PING"


async def test_nothing_that_was_held_passes_at_a_stop(stack: ExitStack):
    blocking = Blocking(stack)
    gate = blocking.gate
    for _ in range(20):
        gate.start()
        client, server = blocking.connect()
        gate.to_server_noop()
        client.sendall(b"held")
        await gate.stop()
        assert server.recv(100) == b""


async def test_a_descriptor_that_a_call_left_watched_is_free_for_others(stack: ExitStack):
    started = asyncio.Event()

    async def leave(loop: Any, socket_from: Any, socket_to: Any) -> None:
        # Both go on when this call is cancelled.
        waiting = {asyncio.ensure_future(loop.sock_recv(socket_to, 1)) for _ in range(1)}
        started.set()
        try:
            await asyncio.wait(waiting)
        finally:
            for task in waiting:
                task.cancel()

    blocking = Blocking(stack)
    async with blocking.gate as gate:
        client, _ = blocking.connect()
        gate.set_to_server_interceptor(leave)
        client.sendall(b"ping")
        await soon(started.wait())
        await gate.sockets_close()
        loop = asyncio.get_running_loop()
        for _ in range(20):
            here, there = (stack.enter_context(end) for end in socket.socketpair())
            here.setblocking(False)
            there.send(b"!")
            assert await soon(loop.sock_recv(here, 1)) == b"!"


async def test_an_interceptor_that_closes_its_sockets_closes_the_connection(stack: ExitStack):
    async def close(loop: Any, socket_from: Any, socket_to: Any) -> None:
        socket_from.recv(100)
        socket_from.close()
        socket_to.close()

    blocking = Blocking(stack)
    async with blocking.gate as gate:
        client, server = blocking.connect()
        calls = gate.set_to_server_interceptor(close)
        client.sendall(b"ping")
        await soon(calls.wait_call())
        assert (client.recv(100), server.recv(100)) == (b"", b"")
        await until(lambda: gate.connections_count() == 0)


async def test_whatever_an_interceptor_raises_is_logged(stack: ExitStack, caplog: pytest.LogCaptureFixture):
    async def fail(loop: Any, socket_from: Any, socket_to: Any) -> None:
        pytest.fail("as a test does it")

    blocking = Blocking(stack)
    async with blocking.gate as gate:
        client, _ = blocking.connect()
        calls = gate.set_to_server_interceptor(fail)
        with caplog.at_level(logging.ERROR, "chaosgate"):
            client.sendall(b"ping")
            await soon(calls.wait_call())
            assert client.recv(100) == b""
            await until(lambda: "as a test does it" in caplog.text)


async def test_a_stop_that_is_cancelled_leaves_no_sockets(stack: ExitStack):
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def stay(loop: Any, socket_from: Any, socket_to: Any) -> None:
        sockets.extend([socket_from, socket_to])
        begun.set()
        while not may_end.is_set():
            with suppress(asyncio.CancelledError):
                await may_end.wait()

    sockets: list[socket.socket] = []
    blocking = Blocking(stack)
    gate = blocking.gate
    gate.start()
    client, _ = blocking.connect()
    gate.set_to_server_interceptor(stay)
    client.sendall(b"ping")
    await soon(begun.wait())
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(gate.stop(), 0.05)
    await gate.stop()
    assert [sock.fileno() for sock in sockets] == [-1, -1]
    may_end.set()


async def test_a_start_on_a_loop_that_is_closed_leaves_nothing(stack: ExitStack):
    closed = asyncio.new_event_loop()
    closed.close()
    gate = chaos.TcpGate(chaos.GateRoute("closed", "localhost", 1), closed)
    with pytest.raises(RuntimeError, match="closed"):
        gate.start()
    with pytest.raises(AssertionError):
        gate.get_sockname_for_clients()
