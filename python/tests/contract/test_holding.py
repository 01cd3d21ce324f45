"""pass, noop, drop and close_on_data."""

from __future__ import annotations

import asyncio

import pytest
from peers import Tcp
from support import behave, soon, until

pytestmark = pytest.mark.asyncio


async def test_pass_forwards_everything(tcp: Tcp, direction: str):
    data = bytes(range(256)) * 1_000
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "pass")
        sender, receiver = wire.along(direction)
        received, _ = await asyncio.gather(receiver.receive(len(data)), sender.send(data))
        assert received == data
        await wire.goes_against(direction)


async def test_noop_delivers_nothing_and_keeps_everything(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "noop")
        sender, receiver = wire.along(direction)
        await sender.send(b"kept")
        await wire.goes_against(direction)
        assert not receiver.has_something()
        behave(gate, direction, "pass")
        assert await receiver.receive(4) == b"kept"


async def test_noop_pushes_back_to_the_sender(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "noop")
        sender, receiver = wire.along(direction)
        sent = 0
        # The kernel takes a few megabytes; a gate that read would take them all.
        with pytest.raises(BlockingIOError):
            while sent < 256 << 20:
                sent += sender.socket.send(bytes(65536))
        behave(gate, direction, "pass")
        assert len(await receiver.receive(sent)) == sent


async def test_drop_reads_and_discards(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = behave(gate, direction, "drop")
        sender, receiver = wire.along(direction)
        await sender.send(b"dropped")
        await soon(calls.wait_call())
        behave(gate, direction, "pass")
        await wire.goes(direction, b"kept")
        assert not receiver.has_something()


async def test_drop_takes_more_than_the_kernel_keeps(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "drop")
        sender, receiver = wire.along(direction)
        await sender.send(bytes(64 << 20))
        assert not receiver.has_something()
        await wire.goes_against(direction)


async def test_close_on_data_closes_that_connection_and_delivers_nothing(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        talking, silent = [await tcp.connect(gate) for _ in range(2)]
        behave(gate, direction, "close_on_data")
        # The other direction does not count.
        await talking.goes_against(direction)
        sender, _ = talking.along(direction)
        await sender.send(b"undelivered")
        await talking.is_closed()
        # The silent one stays.
        await silent.goes_against(direction)
        await soon(gate.wait_for_connections(count=1))
        behave(gate, direction, "pass")
        await silent.goes(direction)


async def test_close_on_data_meets_what_was_held(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "noop")
        sender, _ = wire.along(direction)
        await sender.send(b"held")
        await wire.goes_against(direction)
        behave(gate, direction, "close_on_data")
        await wire.is_closed()


async def test_close_on_data_closes_new_connections_that_talk_at_once(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        behave(gate, direction, "close_on_data")
        for _ in range(50):
            client = await tcp.call(gate)
            if direction == "to_server":
                await client.send(b"undelivered")
            server = await tcp.accept()
            if direction == "to_client":
                await server.send(b"undelivered")
            assert await client.receive_until_closed() == b""
            assert await server.receive_until_closed() == b""
        await until(lambda: gate.connections_count() == 0)


async def test_each_request_closes_one_of_the_connections(tcp: Tcp):
    # As the tests of userver's HTTP server do.
    async with tcp.gate() as gate:
        wires = [await tcp.connect(gate) for _ in range(3)]
        await soon(gate.wait_for_connections(count=3))
        gate.to_server_close_on_data()
        for wire in wires:
            await wire.client.send(b"request")
            await wire.is_closed()
        gate.to_server_pass()
        await (await tcp.connect(gate)).goes("to_server")
