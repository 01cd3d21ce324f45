"""The connections of a TCP gate: how they begin, are counted, waited for and closed."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
from chaosgate import chaos
from peers import Peer, Tcp
from support import LONG, UNRESOLVABLE, behave, intercept, seconds, soon, until

pytestmark = pytest.mark.asyncio


async def test_they_are_counted_once_the_server_is_connected(tcp: Tcp):
    async with tcp.gate() as gate:
        assert gate.connections_count() == 0
        for count in (1, 2, 3):
            await tcp.connect(gate)
            await soon(gate.wait_for_connections(count=count, timeout=LONG))
            assert gate.connections_count() == count
        await gate.sockets_close()
        assert gate.connections_count() == 0


async def test_dead_ones_are_not_counted_for_ever(tcp: Tcp):
    async with tcp.gate() as gate:
        first = await tcp.connect(gate)
        first.client.close()
        first.server.close()
        second = await tcp.connect(gate)
        await second.goes("to_server")
        await until(lambda: gate.connections_count() == 1)


async def test_enough_connections_are_not_waited_for(tcp: Tcp):
    async with tcp.gate() as gate:
        await soon(gate.wait_for_connections(count=0))
        await (await tcp.connect(gate)).goes("to_server")
        await soon(gate.wait_for_connections())
        await soon(gate.wait_for_connections(count=1, timeout=0.001))


@pytest.mark.parametrize("forever", [{}, {"timeout": 0.0}, {"timeout": -1.0}])
async def test_the_wait_ends_with_the_last_that_is_needed(tcp: Tcp, forever: dict[str, float]):
    async with tcp.gate() as gate:
        waiting = asyncio.ensure_future(gate.wait_for_connections(count=2, **forever))
        wire = await tcp.connect(gate)
        await wire.goes_against("to_server")
        assert not waiting.done()
        await tcp.connect(gate)
        await soon(waiting)


async def test_the_wait_can_have_a_limit(tcp: Tcp):
    async with tcp.gate() as gate:
        begin = seconds()
        with pytest.raises(asyncio.TimeoutError):
            await soon(gate.wait_for_connections(timeout=0.05))
        assert seconds() - begin >= 0.05
        await (await tcp.connect(gate)).goes("to_server")
        with pytest.raises(asyncio.TimeoutError):
            await soon(gate.wait_for_connections(count=2, timeout=0.01))


async def test_its_arguments_have_to_be_named(tcp: Tcp):
    async with tcp.gate() as gate:
        for method in (gate.wait_for_connections, gate.sockets_close):
            with pytest.raises(TypeError):
                await getattr(gate, method.__name__)(1)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
async def test_so_many_are_closed_as_asked_for(tcp: Tcp, count: int):
    async with tcp.gate() as gate:
        wires = [await tcp.connect(gate) for _ in range(3)]
        for wire in wires:
            await wire.goes("to_server")
        await gate.sockets_close(count=count)
        expected = max(0, 3 - count)
        assert gate.connections_count() == expected
        await until(lambda: sum(wire.client.is_closed() for wire in wires) == 3 - expected)
        for wire in wires:
            await (wire.is_closed() if wire.client.is_closed() else wire.goes("to_server"))


@pytest.mark.parametrize("arguments", [{}, {"count": None}])
async def test_all_are_closed_and_accepting_goes_on(tcp: Tcp, arguments: dict[str, None]):
    async with tcp.gate() as gate:
        wires = [await tcp.connect(gate) for _ in range(5)]
        await wires[0].goes("to_server")
        await soon(gate.sockets_close(**arguments))
        assert gate.connections_count() == 0
        for wire in wires:
            await wire.is_closed()
        await (await tcp.connect(gate)).goes("to_server")


@pytest.mark.parametrize("close", ["sockets_close", "stop"])
async def test_they_are_closed_when_the_call_returns(tcp: Tcp, close: str):
    async with tcp.gate() as gate:
        for _ in range(10):
            gate.start()
            wires = [await tcp.connect(gate) for _ in range(5)]
            await wires[0].goes("to_server")
            await getattr(gate, close)()
            # No wait in between.
            assert all(wire.client.is_closed() and wire.server.is_closed() for wire in wires)


async def test_a_close_discards_what_was_not_delivered(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "noop")
        sender, receiver = wire.along(direction)
        await sender.send(b"undelivered")
        await gate.sockets_close()
        assert await receiver.receive_until_closed() == b""
        behave(gate, direction, "pass")
        await (await tcp.connect(gate)).goes(direction)


async def test_a_close_ends_a_long_delay(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "delay", LONG)
        sender, receiver = wire.along(direction)
        await sender.send(b"undelivered")
        await wire.goes_against(direction)
        await soon(gate.sockets_close())
        assert await receiver.receive_until_closed() == b""


async def test_a_server_that_is_not_there_gives_an_orderly_end(tcp: Tcp):
    server = tcp.keep(socket.socket())
    server.bind(("127.0.0.1", 0))
    async with tcp.gate(port_to_server=server.getsockname()[1]) as gate:
        for _ in range(2):
            client = await tcp.call(gate)
            assert await client.receive_all() == b""
            assert gate.connections_count() == 0
        server.listen()
        server.setblocking(False)
        client = await tcp.call(gate)
        await client.send(b"ping")
        accepted, _ = await soon(asyncio.get_running_loop().sock_accept(server))
        tcp.keep(accepted)
        assert await Peer(accepted).receive(4) == b"ping"


async def test_a_server_that_is_not_found_gives_an_orderly_end(tcp: Tcp):
    async with tcp.gate(host_to_server=UNRESOLVABLE) as gate:
        for _ in range(2):
            client = await tcp.call(gate)
            assert await client.receive_all() == b""
            assert gate.connections_count() == 0


async def test_the_addresses_of_the_server_are_tried_in_turn(tcp: Tcp):
    # It may be ::1 first, where nobody listens.
    async with tcp.gate(host_to_server="localhost") as gate:
        await (await tcp.connect(gate)).goes("to_server")


async def test_no_side_waits_to_fill_a_packet(tcp: Tcp, direction: str):
    seen = asyncio.get_running_loop().create_future()

    async def look(loop: chaos.EvLoop, socket_from: socket.socket, socket_to: socket.socket) -> None:
        await loop.sock_sendall(socket_to, await loop.sock_recv(socket_from, 4096))
        ends = (socket_from, socket_to)
        seen.set_result([end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for end in ends])

    async with tcp.gate() as gate:
        intercept(gate, direction, look)
        await (await tcp.connect(gate)).goes(direction)
        assert all(await soon(seen))


async def test_data_sent_before_a_close_is_delivered(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        sender, receiver = (await tcp.connect(gate)).along(direction)
        await sender.send(b"last words")
        sender.close()
        assert await receiver.receive(10) == b"last words"


async def test_the_answer_still_reaches_who_has_half_closed(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        sender, receiver = (await tcp.connect(gate)).along(direction)
        await sender.send(b"question")
        sender.socket.shutdown(socket.SHUT_WR)
        assert await receiver.receive_all() == b"question"
        await receiver.send(b"answer")
        receiver.socket.shutdown(socket.SHUT_WR)
        assert await sender.receive_all() == b"answer"


async def test_a_reset_closes_both_sides(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        await wire.goes(direction)
        sender, receiver = wire.along(direction)
        sender.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sender.close()
        assert await receiver.receive_until_closed() == b""
        await until(lambda: gate.connections_count() == 0)
