"""Each behaviour, for datagrams: one is a portion."""

from __future__ import annotations

import asyncio

import pytest
from datagrams import Udp
from support import LONG, behave, seconds, soon, until

pytestmark = pytest.mark.asyncio


async def test_noop_holds_and_pass_delivers(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        behave(gate, direction, "noop")
        for data in (b"one", b"two"):
            wire.send(direction, data)
        await wire.goes_against(direction)
        assert not wire.has_received(direction)
        behave(gate, direction, "pass")
        assert [await wire.receive(direction) for _ in range(2)] == [b"one", b"two"]


async def test_what_was_held_is_treated_by_the_new_behaviour(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        behave(gate, direction, "noop")
        wire.send(direction, b"held")
        await wire.goes_against(direction)
        behave(gate, direction, "substitute", "held", "treated")
        assert await wire.receive(direction) == b"treated"


async def test_drop_discards(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        calls = await behave(gate, direction, "drop")
        wire.send(direction, b"dropped")
        await soon(calls.wait_call())
        behave(gate, direction, "pass")
        await wire.goes(direction, b"kept")


async def test_delay_holds_a_datagram_for_its_time(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        behave(gate, direction, "delay", delay=0.05)
        begin = seconds()
        await wire.goes(direction)
        assert seconds() - begin >= 0.05
        behave(gate, direction, "delay", 0)
        await wire.goes(direction)


async def test_a_long_delay_does_not_hold_up_a_close(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        behave(gate, direction, "delay", LONG)
        wire.send(direction, b"undelivered")
        await wire.goes_against(direction)
        await soon(gate.sockets_close())
        behave(gate, direction, "pass")
        await (await udp.connect(gate)).goes(direction)
        assert not wire.has_received(direction)


async def test_close_on_data_ends_that_association_and_the_next_datagram_makes_another(
    udp: Udp, direction: str
):
    async with udp.gate() as gate:
        talking, silent = [await udp.connect(gate) for _ in range(2)]
        calls = behave(gate, direction, "close_on_data")
        talking.send(direction, b"undelivered")
        await soon(calls.wait_call())
        await silent.goes_against(direction)
        behave(gate, direction, "pass")
        # Neither stop() nor start_accepting() is needed.
        talking.client.send(b"again", talking.gate_address)
        data, at_server = await udp.server.receive_from()
        assert data == b"again"
        assert at_server != talking.client_at_server
        await silent.goes(direction)


async def test_stop_and_start_after_close_on_data_will_do_as_well(udp: Udp, direction: str):
    # As userver's tests have it.
    gate = udp.gate()
    gate.start()
    wire = await udp.connect(gate)
    calls = behave(gate, direction, "close_on_data")
    wire.send(direction, b"undelivered")
    await soon(calls.wait_call())
    await gate.stop()
    gate.start()
    await (await udp.connect(gate)).goes(direction)
    await gate.stop()


async def test_corrupt_data_changes_every_byte(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        behave(gate, direction, "corrupt_data")
        wire.send(direction, bytes(range(256)))
        assert await wire.receive(direction) == b"\1" + bytes(255)


async def test_substitute_treats_each_datagram(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        behave(gate, direction, "substitute", r"(\w+):(\w+)", r"\2:\1")
        for data, arrives in ((b"a:b", b"b:a"), (b"\xff:b", b"\xff:b"), (b"", b"")):
            wire.send(direction, data)
            assert await wire.receive(direction) == arrives


async def test_limit_bps_is_one_limit_for_all_clients(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wires = [await udp.connect(gate) for _ in range(2)]
        behave(gate, direction, "limit_bps", 1_000)
        begin = seconds()
        for wire in wires:
            wire.send(direction, b"x" * 600)
        # The second is delayed, not lost.
        for wire in wires:
            assert len(await wire.receive(direction)) == 600
        assert seconds() - begin >= 0.2


async def test_limit_time_ends_the_association_with_a_late_datagram(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        behave(gate, direction, "limit_time", 0.03, 0)
        await wire.goes(direction)
        await asyncio.sleep(0.04)
        await wire.goes_against(direction)
        wire.send(direction, b"undelivered")
        await until(lambda: not gate.is_connected())
        assert not wire.has_received(direction)


async def test_limit_bytes_ends_all_associations(udp: Udp, direction: str):
    async with udp.gate() as gate:
        talking, silent = [await udp.connect(gate) for _ in range(2)]
        behave(gate, direction, "limit_bytes", 10)
        await silent.goes_against(direction)
        await talking.goes(direction, b"123456")
        talking.send(direction, b"789012")
        await until(lambda: not gate.is_connected())
        # What is left of the datagram that reached it may be there.
        while talking.has_received(direction):
            assert await talking.receive(direction) in (b"", b"7890")
        silent.client.send(b"again", silent.gate_address)
        data, at_server = await udp.server.receive_from()
        assert data == b"again"
        assert at_server != silent.client_at_server


async def test_limit_bytes_starts_over_for_new_associations(udp: Udp):
    async with udp.gate() as gate:
        gate.to_server_limit_bytes(10)
        for _ in range(3):
            wire = await udp.connect(gate)
            wire.send("to_server", b"123456")
            await until(lambda: not gate.is_connected())
            while udp.server.has_something():
                assert await udp.server.receive() == b"12345"


async def test_directions_are_independent(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        behave(gate, direction, "drop")
        await wire.goes_against(direction)
