"""Interceptors of one's own, for datagrams: the side of the clients may be a stand-in for a socket."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import pytest
from chaosgate import chaos
from datagrams import Udp
from support import behave, intercept, soon, until

pytestmark = pytest.mark.asyncio

Loop = chaos.EvLoop


async def upper(loop: Loop, socket_from: Any, socket_to: Any) -> None:
    data = socket_from.recv(65536)
    await loop.sock_sendall(socket_to, data.upper())


async def test_a_datagram_is_a_portion(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        calls = await intercept(gate, direction, upper)
        await wire.goes_against(direction)
        assert not calls.has_calls
        for data in (b"one", b"two", b"three"):
            wire.send(direction, data)
        assert [await wire.receive(direction) for _ in range(3)] == [b"ONE", b"TWO", b"THREE"]
        for _ in range(3):
            assert set(await soon(calls.wait_call())) == {"loop", "socket_from", "socket_to"}


async def test_the_loop_can_read_and_write(udp: Udp, direction: str):
    async def forward(loop: Loop, socket_from: Any, socket_to: Any) -> None:
        assert loop is asyncio.get_running_loop()
        await loop.sock_sendall(socket_to, await loop.sock_recv(socket_from, 65536))

    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        intercept(gate, direction, forward)
        for _ in range(20):
            await wire.goes(direction)


async def test_both_sides_have_what_a_socket_has(udp: Udp, direction: str):
    seen = asyncio.get_running_loop().create_future()

    async def look(loop: Loop, socket_from: Any, socket_to: Any) -> None:
        peeked = socket_from.recv(65536, socket.MSG_PEEK)
        again, _ = socket_from.recvfrom(65536, socket.MSG_PEEK)
        data, _ = socket_from.recvfrom(65536)
        with pytest.raises(BlockingIOError):
            socket_from.recv(1)
        socket_to.send(data)
        seen.set_result((peeked, again, data, socket_from.fileno(), socket_to.fileno()))

    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        intercept(gate, direction, look)
        await wire.goes(direction)
        peeked, again, data, *descriptors = await soon(seen)
        assert peeked == again == data == b"ping"
        assert min(descriptors) >= 0


async def test_the_sender_may_be_answered(udp: Udp, direction: str):
    async def refuse(loop: Loop, socket_from: Any, socket_to: Any) -> None:
        socket_from.recv(65536)
        socket_from.send(b"no")

    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        intercept(gate, direction, refuse)
        wire.send(direction, b"please")
        other = "to_client" if direction == "to_server" else "to_server"
        assert await wire.receive(other) == b"no"
        assert not wire.has_received(direction)


async def test_clients_are_kept_apart_and_have_the_same_sockets(udp: Udp, direction: str):
    ends: dict[Any, set[bytes]] = {}

    async def note(loop: Loop, socket_from: Any, socket_to: Any) -> None:
        data = socket_from.recv(65536)
        ends.setdefault((socket_from, socket_to), set()).add(data)
        socket_to.send(data)

    async with udp.gate() as gate:
        wires = [await udp.connect(gate) for _ in range(3)]
        intercept(gate, direction, note)
        for _ in range(3):
            for number, wire in enumerate(wires):
                await wire.goes(direction, b"%d" % number)
        assert sorted(ends.values(), key=min) == [{b"0"}, {b"1"}, {b"2"}]


async def test_a_new_client_meets_it_at_once(udp: Udp):
    async with udp.gate() as gate:
        gate.set_to_server_interceptor(upper)
        client = udp.peer()
        client.send(b"hello", gate.get_sockname_for_clients())
        assert await udp.server.receive() == b"HELLO"


@pytest.mark.parametrize("error", [chaos.GateInterceptException, ZeroDivisionError])
async def test_raising_ends_that_association(
    udp: Udp, direction: str, error: type[Exception], caplog: pytest.LogCaptureFixture
):
    async def cut(loop: Loop, socket_from: Any, socket_to: Any) -> None:
        socket_to.send(socket_from.recv(65536)[:2])
        raise error

    async with udp.gate() as gate:
        wire, other = [await udp.connect(gate) for _ in range(2)]
        calls = intercept(gate, direction, cut)
        wire.send(direction, b"abcdef")
        assert await wire.receive(direction) == b"ab"
        await soon(calls.wait_call())
        behave(gate, direction, "pass")
        await other.goes(direction)
        await other.goes_against(direction)

        async def is_another() -> None:
            while True:
                wire.client.send(b"again", wire.gate_address)
                data, at_server = await udp.server.receive_from()
                if (data, at_server != wire.client_at_server) == (b"again", True):
                    return

        await soon(is_another())
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert bool(told) == (error is ZeroDivisionError)


@pytest.mark.parametrize("close", ["sockets_close", "stop"])
async def test_a_close_cancels_it(udp: Udp, direction: str, close: str):
    entered, cancelled = asyncio.Event(), asyncio.Event()

    async def wait(loop: Loop, socket_from: Any, socket_to: Any) -> None:
        entered.set()
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        intercept(gate, direction, wait)
        wire.send(direction, b"undelivered")
        await soon(entered.wait())
        await soon(getattr(gate, close)())
        assert cancelled.is_set()
        assert not gate.is_connected()


async def test_a_switch_does_not_interrupt_it_and_does_not_overtake_it(udp: Udp, direction: str):
    entered, allowed = asyncio.Event(), asyncio.Event()

    async def wait(loop: Loop, socket_from: Any, socket_to: Any) -> None:
        data = socket_from.recv(65536)
        entered.set()
        await allowed.wait()
        socket_to.send(data)

    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        intercept(gate, direction, wait)
        wire.send(direction, b"first")
        await soon(entered.wait())
        behave(gate, direction, "pass")
        wire.send(direction, b"second")
        await wire.goes_against(direction)
        assert not wire.has_received(direction)
        allowed.set()
        assert [await wire.receive(direction) for _ in range(2)] == [b"first", b"second"]


async def test_it_may_switch_and_close_from_inside(udp: Udp, direction: str):
    async with udp.gate() as gate:

        async def once(loop: Loop, socket_from: Any, socket_to: Any) -> None:
            socket_from.recv(65536)
            behave(gate, direction, "pass")
            await gate.sockets_close()

        wire = await udp.connect(gate)
        intercept(gate, direction, once)
        wire.send(direction, b"x")
        await until(lambda: not gate.is_connected())
        await (await udp.connect(gate)).goes(direction)


async def test_what_was_held_goes_to_it(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        behave(gate, direction, "noop")
        wire.send(direction, b"held")
        await wire.goes_against(direction)
        intercept(gate, direction, upper)
        # What came from the server has been read off its socket, which is the one that is lent.
        assert await wire.receive(direction) == (b"HELD" if direction == "to_server" else b"held")
