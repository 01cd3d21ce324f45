"""delay, limit_bps and limit_time. Lower bounds are exact; only a failure takes long."""

from __future__ import annotations

import asyncio

import pytest
from peers import Tcp
from support import LONG, behave, seconds

pytestmark = pytest.mark.asyncio


async def test_delay_holds_data_for_its_time(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "delay", 0.1)
        for _ in range(2):
            begin = seconds()
            await wire.goes(direction)
            assert seconds() - begin >= 0.1


async def test_delay_delays_connections_and_directions_apart(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        slow, other = [await tcp.connect(gate) for _ in range(2)]
        behave(gate, direction, "delay", LONG)
        await slow.along(direction)[0].send(b"late")
        await slow.goes_against(direction)
        await other.goes_against(direction)
        assert not slow.along(direction)[1].has_something()


async def test_delay_loses_nothing_and_keeps_the_order(tcp: Tcp, direction: str):
    data = bytes(range(256)) * 100
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "delay", 0.01)
        sender, receiver = wire.along(direction)
        received, _ = await asyncio.gather(receiver.receive(len(data)), sender.send(data))
        assert received == data


@pytest.mark.parametrize("delay", [0, 0.0])
async def test_a_delay_of_nothing_is_allowed(tcp: Tcp, direction: str, delay: float):
    async with tcp.gate() as gate:
        behave(gate, direction, "delay", delay)
        await (await tcp.connect(gate)).goes(direction)


async def test_limit_bps_begins_with_one_seconds_worth_and_loses_nothing(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "limit_bps", 2_000)
        begin = seconds()
        sender, receiver = wire.along(direction)
        await sender.send(b"x" * 2_400)
        assert await receiver.receive(2_000) == b"x" * 2_000
        burst = seconds() - begin
        assert await receiver.receive(400) == b"x" * 400
        assert seconds() - begin >= 0.2
        # Without a burst it would be a second.
        assert burst < 0.9


async def test_limit_bps_is_one_limit_for_all_connections(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wires = [(await tcp.connect(gate)).along(direction) for _ in range(2)]
        behave(gate, direction, "limit_bps", 2_000.5)
        begin = seconds()
        for sender, _ in wires:
            await sender.send(b"x" * 1_200)
        await asyncio.gather(*(receiver.receive(1_200) for _, receiver in wires))
        assert seconds() - begin >= 399 / 2_000.5


async def test_limit_bps_is_never_above_one_seconds_worth(tcp: Tcp):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        gate.to_server_limit_bps(10_000)
        # The time is the subject: more would have gathered in it.
        await asyncio.sleep(0.2)
        begin = seconds()
        await wire.client.send(b"x" * 12_000)
        await wire.server.receive(12_000)
        assert seconds() - begin >= 0.2


async def test_limit_bps_is_full_again_after_each_call(tcp: Tcp):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        begin = seconds()
        for _ in range(5):
            gate.to_server_limit_bps(1_000)
            await wire.goes("to_server", b"x" * 1_000)
        # One bucket for all would take four seconds.
        assert seconds() - begin < 3.5


async def test_limit_time_closes_with_data_after_its_end(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "limit_time", 0.05, 0)
        # The clock has not begun: neither an idle connection nor the other direction does that.
        await asyncio.sleep(0.06)
        await wire.goes_against(direction)
        await wire.goes(direction, b"first")
        await asyncio.sleep(0.06)
        # It has ended, and an idle connection is closed by nothing.
        await wire.goes_against(direction)
        await wire.along(direction)[0].send(b"undelivered")
        await wire.is_closed()


async def test_limit_time_delivers_until_its_end(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "limit_time", LONG, LONG)
        for _ in range(20):
            await wire.goes(direction)


async def test_limit_time_ends_at_most_the_jitter_later(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        behave(gate, direction, "limit_time", timeout=0.02, jitter=0.03)
        wires = [await tcp.connect(gate) for _ in range(5)]
        for wire in wires:
            await wire.goes(direction)
        await asyncio.sleep(0.05)
        for wire in wires:
            await wire.along(direction)[0].send(b"undelivered")
            await wire.is_closed()


async def test_limit_time_adds_a_part_of_the_jitter_that_is_drawn(tcp: Tcp):
    async with tcp.gate() as gate:
        wires = [await tcp.connect(gate) for _ in range(20)]
        gate.to_server_limit_time(0, 3_600.0)
        for wire in wires:
            await wire.goes("to_server", b"first")
        # A twentieth of the jitter is minutes; that most draw less does not happen.
        survivors = 0
        for wire in wires:
            await wire.client.send(b"second")
            survivors += await wire.server.receive_until_closed(6) == b"second"
        assert survivors > 10


async def test_limit_time_has_a_clock_for_each_connection(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        old = await tcp.connect(gate)
        new = await tcp.connect(gate)
        behave(gate, direction, "limit_time", 0.05, 0)
        await old.goes(direction)
        await asyncio.sleep(0.06)
        await new.goes(direction)
        await old.along(direction)[0].send(b"undelivered")
        await old.is_closed()
        await new.goes_against(direction)


async def test_limit_time_begins_anew_with_each_call(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        for _ in range(3):
            behave(gate, direction, "limit_time", 0.05, 0)
            await wire.goes(direction)
            await asyncio.sleep(0.06)
