"""limit_bytes: one counter for all connections."""

from __future__ import annotations

import asyncio

import pytest
from peers import Tcp
from support import behave, soon

pytestmark = pytest.mark.asyncio


async def test_as_many_bytes_arrive_as_are_left_and_all_connections_are_closed(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        first, second, silent = [await tcp.connect(gate) for _ in range(3)]
        behave(gate, direction, "limit_bytes", 10)
        await silent.goes_against(direction)
        await first.goes(direction, b"x" * 6)
        sender, receiver = second.along(direction)
        await sender.send(b"abcdef")
        assert await receiver.receive_until_closed() == b"abcd"
        assert await sender.receive_until_closed() == b""
        await first.is_closed()
        await silent.is_closed()


async def test_a_portion_that_just_reaches_it_is_the_last(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire, silent = [await tcp.connect(gate) for _ in range(2)]
        behave(gate, direction, "limit_bytes", bytes_limit=4)
        await silent.goes_against(direction)
        await wire.goes(direction, b"abcd")
        await wire.is_closed()
        await silent.is_closed()


async def test_connections_are_closed_also_if_the_limit_is_reached_at_once(tcp: Tcp, direction: str):
    for _ in range(20):
        async with tcp.gate() as gate:
            wire, silent = [await tcp.connect(gate) for _ in range(2)]
            behave(gate, direction, "limit_bytes", 4)
            await wire.goes(direction, b"abcd")
            await wire.is_closed()
            ended = asyncio.ensure_future(silent.client.receive_some())
            # It is at once, or never.
            await asyncio.wait([ended], timeout=0.5)
            if not ended.done():
                await gate.sockets_close()
                await ended
                pytest.fail("the silent one stayed")


async def test_one_byte_less_than_the_limit_closes_nothing(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "limit_bytes", 5)
        await wire.goes(direction, b"abcd")
        await wire.goes_against(direction)
        assert gate.connections_count() == 1


async def test_new_connections_have_the_full_limit_again(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        behave(gate, direction, "limit_bytes", 5)
        for _ in range(5):
            wire = await tcp.connect(gate)
            await wire.goes(direction, b"1234")
            sender, receiver = wire.along(direction)
            await sender.send(b"567")
            assert await receiver.receive_until_closed() == b"5"
            assert await sender.receive_until_closed() == b""


async def test_0_closes_at_the_first_byte(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire, silent = [await tcp.connect(gate) for _ in range(2)]
        behave(gate, direction, "limit_bytes", 0)
        await wire.goes_against(direction)
        await silent.goes_against(direction)
        await wire.along(direction)[0].send(b"x")
        await wire.is_closed()
        await silent.is_closed()


async def test_each_direction_has_a_counter_of_its_own(tcp: Tcp):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        gate.to_server_limit_bytes(100)
        gate.to_client_limit_bytes(50)
        for _ in range(3):
            await wire.goes("to_server", b"x" * 30)
        for _ in range(4):
            await wire.goes("to_client", b"y" * 12)
        await wire.server.send(b"zzz")
        assert await wire.client.receive_until_closed() == b"zz"


async def test_each_call_begins_anew(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        for _ in range(3):
            behave(gate, direction, "limit_bytes", 10)
            await wire.goes(direction, b"x" * 9)
        behave(gate, direction, "pass")
        await wire.goes(direction, b"x" * 100)


async def test_a_server_survives_growing_limits(tcp: Tcp):
    # As the tests of userver's HTTP server do.
    async with tcp.gate() as gate:
        answer = b"HTTP/1.1 200 OK\r\n\r\n"
        for limit in range(len(answer)):
            gate.to_client_limit_bytes(limit)
            wire = await tcp.connect(gate)
            await wire.goes("to_server", b"GET /")
            await wire.server.send(answer)
            assert await wire.client.receive_until_closed() == answer[:limit]
        gate.to_client_pass()
        wire = await tcp.connect(gate)
        await wire.goes("to_client", answer)
        await soon(gate.sockets_close())
