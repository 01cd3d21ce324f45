"""Interceptors of one's own: when they are called, and what with."""

from __future__ import annotations

import asyncio
import functools
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from chaosgate import chaos
from peers import Tcp
from support import forward, intercept, soon

pytestmark = pytest.mark.asyncio

Loop = chaos.EvLoop
Socket = socket.socket


async def test_one_is_called_again_and_again_while_data_waits(tcp: Tcp, direction: str):
    reads: list[bytes] = []

    async def a_byte(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        reads.append(await loop.sock_recv(socket_from, 1))
        await loop.sock_sendall(socket_to, reads[-1].upper())

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        intercept(gate, direction, a_byte)
        # Not on idle connections.
        await wire.goes_against(direction)
        assert reads == []
        sender, receiver = wire.along(direction)
        await sender.send(b"hello")
        assert await receiver.receive(5) == b"HELLO"
        await wire.goes_against(direction)
        assert reads == [b"h", b"e", b"l", b"l", b"o"]


async def test_it_may_read_several_times_and_wait_for_more(tcp: Tcp, direction: str):
    async def until_marker(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        data = b""
        while not data.endswith(b"\n"):
            data += await loop.sock_recv(socket_from, 4096)
        await loop.sock_sendall(socket_to, b"<" + data + b">")

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        intercept(gate, direction, until_marker)
        sender, receiver = wire.along(direction)
        await sender.send(b"one ")
        await wire.goes_against(direction)
        assert not receiver.has_something()
        await sender.send(b"line\n")
        assert await receiver.receive(11) == b"<one line\n>"


async def test_it_may_answer_the_sender(tcp: Tcp, direction: str):
    async def refuse(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        await loop.sock_recv(socket_from, 4096)
        await loop.sock_sendall(socket_from, b"no")

    async with tcp.gate() as gate:
        sender, receiver = (await tcp.connect(gate)).along(direction)
        intercept(gate, direction, refuse)
        await sender.send(b"please")
        assert await sender.receive(2) == b"no"
        assert not receiver.has_something()


async def test_it_is_given_the_very_loop_and_real_sockets(tcp: Tcp, direction: str):
    seen = asyncio.get_running_loop().create_future()

    async def look(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        peeked = socket_from.recv(4096, socket.MSG_PEEK)
        data, _ = socket_from.recvfrom(4096, socket.MSG_PEEK)
        assert peeked == data == socket_from.recv(4096) == b"ping"
        with pytest.raises(BlockingIOError):
            socket_from.recv(1)
        seen.set_result((loop, socket_from, socket_to, socket_from.fileno(), socket_to.fileno()))
        seen_names.extend([socket_from.getpeername(), socket_to.getpeername()])

    seen_names: list[Any] = []
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        intercept(gate, direction, look)
        sender, _ = wire.along(direction)
        await sender.send(b"ping")
        loop, socket_from, socket_to, *descriptors = await soon(seen)
        assert loop is asyncio.get_running_loop()
        for each in (socket_from, socket_to):
            assert isinstance(each, socket.socket)
            assert not each.getblocking()
        assert min(descriptors) >= 0
        assert len(set(descriptors)) == 2
        names = [wire.client.socket.getsockname(), tcp.listener.getsockname()]
        assert seen_names == (names if direction == "to_server" else names[::-1])


async def test_a_connection_has_the_same_sockets_as_long_as_it_stands(tcp: Tcp):
    counts: dict[socket.socket, int] = {}
    ends: set[frozenset[socket.socket]] = set()

    async def count(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        counts[socket_from] = counts.get(socket_from, 0) + 1
        ends.add(frozenset((socket_from, socket_to)))
        await forward(loop, socket_from, socket_to)

    async with tcp.gate() as gate:
        wires = [await tcp.connect(gate) for _ in range(3)]
        for _ in range(4):
            gate.set_to_server_interceptor(count)
            gate.set_to_client_interceptor(count)
            for wire in wires:
                await wire.goes("to_server")
                await wire.goes("to_client")
            gate.to_server_pass()
            gate.to_client_pass()
            for wire in wires:
                await wire.goes("to_server")
        assert len(ends) == 3, "both directions have the same two"
        assert sorted(counts.values()) == [4] * 6


class Counting:
    """An object that can be called, as those are that remember something."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        self.calls += 1
        await forward(loop, socket_from, socket_to)


async def _with_more(more: str, loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
    assert more == "more"
    await forward(loop, socket_from, socket_to)


def _gives_a_coroutine(loop: Loop, socket_from: Socket, socket_to: Socket) -> Coroutine[Any, Any, None]:
    return forward(loop, socket_from, socket_to)


class WithMethod:
    async def intercept(self, loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        await forward(loop, socket_from, socket_to)


@pytest.mark.parametrize(
    "make",
    [
        Counting,
        lambda: functools.partial(_with_more, "more"),
        lambda: _gives_a_coroutine,
        lambda: WithMethod().intercept,
        lambda: lambda *arguments: forward(*arguments),
    ],
)
async def test_whatever_can_be_called_and_gives_a_coroutine_will_do(
    tcp: Tcp, direction: str, make: Callable[[], Any]
):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        interceptor = make()
        calls = intercept(gate, direction, interceptor)
        for _ in range(3):
            await wire.goes(direction)
            await soon(calls.wait_call())
        assert getattr(interceptor, "calls", 3) == 3


async def test_connections_and_directions_run_side_by_side_and_each_alone(tcp: Tcp):
    everyone = 6
    inside: list[tuple[socket.socket, socket.socket]] = []
    all_inside = asyncio.Event()

    async def meet(loop: Loop, socket_from: Socket, socket_to: Socket) -> None:
        key = (socket_from, socket_to)
        assert key not in inside
        inside.append(key)
        if len(inside) == everyone:
            all_inside.set()
        # More waits meanwhile, and calls nobody.
        await all_inside.wait()
        await forward(loop, socket_from, socket_to)
        inside.remove(key)

    async with tcp.gate() as gate:
        wires = [await tcp.connect(gate) for _ in range(everyone // 2)]
        gate.set_to_server_interceptor(meet)
        gate.set_to_client_interceptor(meet)
        for wire in wires:
            await wire.client.send(b"up")
            await wire.server.send(b"down")
        for wire in wires:
            assert await wire.server.receive(2) == b"up"
            assert await wire.client.receive(4) == b"down"


async def test_large_amounts_go_through_whole(tcp: Tcp, direction: str):
    data = bytes(range(256)) * 2_000
    async with tcp.gate() as gate:
        sender, receiver = (await tcp.connect(gate)).along(direction)
        intercept(gate, direction, forward)
        received, _ = await asyncio.gather(receiver.receive(len(data)), sender.send(data))
        assert received == data


async def test_data_that_came_before_the_interceptor_is_not_overtaken(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        for number in range(40):
            sender, receiver = wire.along(direction)
            await sender.send(b"%03d" % number)
            intercept(gate, direction, forward)
            await sender.send(b"%03d" % number)
            assert await receiver.receive(6) == b"%03d" % number * 2
            getattr(gate, f"{direction}_pass")()
