"""How an interceptor ends: by itself, by raising, by being cancelled, and with its connection."""

from __future__ import annotations

import asyncio
import logging
import select
import socket
from typing import Any

import pytest
from chaosgate import chaos
from peers import Tcp
from support import LONG, PATIENCE, behave, forward, intercept, soon, until

pytestmark = pytest.mark.asyncio

Loop = chaos.EvLoop
Socket = socket.socket


class Custom(Exception):  # noqa: N818
    """Raised by a test's interceptor, and known to nobody."""


@pytest.mark.parametrize(
    "error", [chaos.GateInterceptException("enough"), Custom("!"), OSError("!"), ValueError("!")]
)
async def test_raising_closes_that_connection_after_what_was_sent(tcp: Tcp, direction: str, error: Exception):
    async def cut(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        data = await loop.sock_recv(socket_from, 4096)
        await loop.sock_sendall(socket_to, data[:3] + b"garbage")
        raise error

    async with tcp.gate() as gate:
        wire, other = [await tcp.connect(gate) for _ in range(2)]
        intercept(gate, direction, cut)
        sender, receiver = wire.along(direction)
        await sender.send(b"abcdef")
        assert await receiver.receive_until_closed() == b"abcgarbage"
        assert await sender.receive_until_closed() == b""
        await other.goes_against(direction)
        behave(gate, direction, "pass")
        await other.goes(direction)
        await until(lambda: gate.connections_count() == 1)


@pytest.mark.parametrize("kind", [chaos.GateInterceptException, chaos.ConnectionClosedError])
async def test_the_modules_own_exceptions_end_quietly(
    tcp: Tcp, direction: str, kind: type[Exception], caplog: pytest.LogCaptureFixture
):
    async def close(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        raise kind

    with caplog.at_level(logging.WARNING):
        async with tcp.gate() as gate:
            wire = await tcp.connect(gate)
            intercept(gate, direction, close)
            await wire.along(direction)[0].send(b"undelivered")
            await wire.is_closed()
    assert caplog.records == []


async def test_any_other_exception_is_told(tcp: Tcp, caplog: pytest.LogCaptureFixture):
    async def fail(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        raise Custom("that is why")

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        gate.set_to_server_interceptor(fail)
        await wire.client.send(b"x")
        await wire.is_closed()
    assert "that is why" in caplog.text


async def test_what_gives_no_coroutine_closes_the_connection(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        intercept(gate, direction, lambda *_: None)
        await wire.along(direction)[0].send(b"x")
        await wire.is_closed()


class Waiting:
    """Reads, and then waits for good, or until it is allowed to go on."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.allowed = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def __call__(self, loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        data = await loop.sock_recv(socket_from, 4096)
        self.entered.set()
        try:
            await self.allowed.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        await loop.sock_sendall(socket_to, data)


@pytest.mark.parametrize("close", ["sockets_close", "stop"])
async def test_a_close_cancels_it_before_it_returns(tcp: Tcp, direction: str, close: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        waiting = Waiting()
        intercept(gate, direction, waiting)
        await wire.along(direction)[0].send(b"undelivered")
        await soon(waiting.entered.wait())
        await soon(getattr(gate, close)())
        assert waiting.cancelled.is_set()
        await wire.is_closed()


@pytest.mark.parametrize("close", ["sockets_close", "stop"])
async def test_a_close_cancels_one_that_waits_for_its_socket(tcp: Tcp, direction: str, close: str):
    entered = asyncio.Event()
    ended: list[BaseException] = []

    async def read_twice(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        await loop.sock_recv(socket_from, 4096)
        entered.set()
        try:
            await loop.sock_recv(socket_from, 4096)
        except BaseException as error:
            ended.append(error)
            raise

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        intercept(gate, direction, read_twice)
        await wire.along(direction)[0].send(b"x")
        await soon(entered.wait())
        await soon(getattr(gate, close)())
        assert [type(error) for error in ended] == [asyncio.CancelledError]
        await wire.is_closed()


async def test_a_close_at_any_moment_leaves_nothing_behind(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        intercept(gate, direction, forward)
        for turns in range(20):
            wire = await tcp.connect(gate)
            await wire.along(direction)[0].send(b"x")
            for _ in range(turns):
                await asyncio.sleep(0)
            await soon(gate.sockets_close())
            assert await wire.client.receive_until_closed() in (b"", b"x")
            assert await wire.server.receive_until_closed() in (b"", b"x")
        await (await tcp.connect(gate)).goes(direction)


@pytest.mark.parametrize("close", ["sockets_close", "stop"])
async def test_after_a_close_it_is_called_for_none_of_the_old_connections(
    tcp: Tcp, direction: str, close: str
):
    async with tcp.gate() as gate:
        called: list[socket.socket] = []

        async def wait(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
            called.append(socket_from)
            await asyncio.sleep(LONG)

        for _ in range(5):
            wire = await tcp.connect(gate)
            intercept(gate, direction, wait)
            sender, receiver = wire.along(direction)
            sender.socket.send(b"old")
            # The loop stands still, and so nobody is called for what waits.
            for _ in range(10):
                receiver.socket.send(b"x")
                select.select([sender.socket], [], [], PATIENCE)
                sender.socket.recv(1)
            await soon(getattr(gate, close)())
            gate.start()
            await (await tcp.connect(gate)).goes_against(direction)
            assert called == []


async def test_a_switch_does_not_interrupt_it_and_does_not_overtake_it(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        sender, receiver = wire.along(direction)
        waiting = Waiting()
        intercept(gate, direction, waiting)
        await sender.send(b"first ")
        await soon(waiting.entered.wait())
        behave(gate, direction, "pass")
        await sender.send(b"second")
        await wire.goes_against(direction)
        assert not receiver.has_something()
        waiting.allowed.set()
        assert await receiver.receive(12) == b"first second"
        assert not waiting.cancelled.is_set()


async def test_it_may_switch_the_behaviour_from_inside(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:

        async def once(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
            data = await loop.sock_recv(socket_from, 4096)
            behave(gate, direction, "substitute", "x", "y")
            await loop.sock_sendall(socket_to, data)

        sender, receiver = (await tcp.connect(gate)).along(direction)
        intercept(gate, direction, once)
        await sender.send(b"x")
        assert await receiver.receive(1) == b"x"
        await sender.send(b"x")
        assert await receiver.receive(1) == b"y"


@pytest.mark.parametrize("close", ["sockets_close", "stop"])
async def test_it_may_close_from_inside(tcp: Tcp, direction: str, close: str):
    async with tcp.gate() as gate:
        ended = asyncio.Event()

        async def close_all(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
            await loop.sock_recv(socket_from, 4096)
            try:
                await getattr(gate, close)()
            finally:
                ended.set()

        wire, other = [await tcp.connect(gate) for _ in range(2)]
        intercept(gate, direction, close_all)
        await wire.along(direction)[0].send(b"x")
        await soon(ended.wait())
        await wire.is_closed()
        await other.is_closed()
        gate.start()
        behave(gate, direction, "pass")
        await (await tcp.connect(gate)).goes(direction)


async def test_it_may_stop_accepting_from_inside(tcp: Tcp):
    async with tcp.gate() as gate:

        async def once(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
            await gate.stop_accepting()
            await forward(loop, socket_from, socket_to)

        wire = await tcp.connect(gate)
        gate.set_to_server_interceptor(once)
        await wire.goes("to_server")
        client = await tcp.call(gate)
        await client.send(b"late")
        await wire.goes_against("to_server")
        with pytest.raises(BlockingIOError):
            tcp.listener.accept()
        gate.start_accepting()
        assert await (await tcp.accept()).receive(4) == b"late"


@pytest.mark.parametrize("raises", [True, False])
async def test_at_the_end_of_the_stream_it_is_called_once_more(
    tcp: Tcp, direction: str, raises: bool, caplog: pytest.LogCaptureFixture
):
    reads: list[bytes] = []

    async def read(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        reads.append(await loop.sock_recv(socket_from, 4096))
        if reads[-1]:
            await loop.sock_sendall(socket_to, reads[-1])
        elif raises:
            raise chaos.ConnectionClosedError

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = intercept(gate, direction, read)
        await wire.goes(direction)
        sender, receiver = wire.along(direction)
        sender.socket.shutdown(socket.SHUT_WR)
        assert await receiver.receive_all() == b""
        for _ in range(2):
            await soon(calls.wait_call())
        if raises:
            assert await sender.receive_all() == b""
        else:
            # The other direction goes on, for as long as it likes.
            await wire.goes_against(direction)
        assert reads == [b"ping", b""]
        assert not calls.has_calls
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_an_interceptor_whose_client_goes_sees_the_end(tcp: Tcp, direction: str):
    reads: asyncio.Queue[Any] = asyncio.Queue()

    async def read_all(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        while data := await loop.sock_recv(socket_from, 4096):
            reads.put_nowait(data)
        reads.put_nowait(b"")
        raise chaos.ConnectionClosedError

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        intercept(gate, direction, read_all)
        sender, receiver = wire.along(direction)
        await sender.send(b"x")
        assert await soon(reads.get()) == b"x"
        sender.close()
        assert await soon(reads.get()) == b""
        assert await receiver.receive_until_closed() == b""
        await until(lambda: gate.connections_count() == 0)


async def test_one_that_sleeps_for_long_does_not_hold_up_the_loop_or_the_other_direction(
    tcp: Tcp, direction: str
):
    async def sleep(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        await asyncio.sleep(LONG)

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        intercept(gate, direction, sleep)
        await wire.along(direction)[0].send(b"x")
        await wire.goes_against(direction)
