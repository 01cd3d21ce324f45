"""One behaviour for each direction, chosen for each portion before it is read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from chaosgate import chaos
from peers import Tcp
from support import LONG, behave, forward, intercept, soon

pytestmark = pytest.mark.asyncio


async def test_directions_are_independent(tcp: Tcp):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        gate.to_server_substitute("ping", "to server")
        gate.to_client_substitute("ping", "to client")
        await wire.client.send(b"ping")
        assert await wire.server.receive(9) == b"to server"
        await wire.server.send(b"ping")
        assert await wire.client.receive(9) == b"to client"
        gate.to_server_pass()
        await wire.goes("to_server")
        await wire.server.send(b"ping")
        assert await wire.client.receive(9) == b"to client"


async def test_a_behaviour_is_that_of_existing_and_of_later_connections(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wires = [await tcp.connect(gate)]
        behave(gate, direction, "corrupt_data")
        wires.append(await tcp.connect(gate))
        for wire in wires:
            sender, receiver = wire.along(direction)
            await sender.send(b"\0\1\2")
            assert await receiver.receive(3) == b"\1\0\0"


async def test_a_new_behaviour_replaces_the_last(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "noop")
        behave(gate, direction, "drop")
        behave(gate, direction, "substitute", "a", "b")
        behave(gate, direction, "substitute", "c", "d")
        sender, receiver = wire.along(direction)
        await sender.send(b"ac")
        assert await receiver.receive(2) == b"ad"


HELD = b"\0held"
TREATED = [
    ("pass", (), HELD),
    ("delay", (0.001,), HELD),
    ("corrupt_data", (), b"\1\0\0\0\0"),
    ("substitute", ("held", "x"), b"\0x"),
    ("smaller_parts", (1,), HELD),
    ("concat_packets", (5,), HELD),
    ("limit_bps", (1_000,), HELD),
    ("limit_time", (LONG, 0), HELD),
    ("limit_bytes", (100,), HELD),
]


@pytest.mark.parametrize(("behaviour", "arguments", "arrives"), TREATED)
async def test_what_was_not_read_is_treated_by_the_new_behaviour(
    tcp: Tcp, direction: str, behaviour: str, arguments: tuple[Any, ...], arrives: bytes
):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "noop")
        sender, receiver = wire.along(direction)
        await sender.send(HELD)
        await wire.goes_against(direction)
        behave(gate, direction, behaviour, *arguments)
        assert await receiver.receive(len(arrives)) == arrives
        behave(gate, direction, "pass")
        await wire.goes(direction)


async def test_what_was_not_read_can_be_dropped(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "noop")
        await wire.along(direction)[0].send(b"held")
        await wire.goes_against(direction)
        await soon(behave(gate, direction, "drop").wait_call())
        behave(gate, direction, "pass")
        await wire.goes(direction, b"kept")


async def test_what_was_not_read_goes_to_an_interceptor(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "noop")
        sender, receiver = wire.along(direction)
        await sender.send(b"held")
        await wire.goes_against(direction)

        async def upper(loop: chaos.EvLoop, socket_from: Any, socket_to: Any) -> None:
            await loop.sock_sendall(socket_to, (await loop.sock_recv(socket_from, 99)).upper())

        intercept(gate, direction, upper)
        assert await receiver.receive(4) == b"HELD"


async def test_data_after_a_switch_never_meets_the_behaviour_of_before(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        sender, receiver = (await tcp.connect(gate)).along(direction)
        for number in range(40):
            behave(gate, direction, "substitute", "x", "y")
            await sender.send(b"x")
            assert await receiver.receive(1) == b"y", number
            behave(gate, direction, "pass")
            await sender.send(b"x")
            assert await receiver.receive(1) == b"x", number
            intercept(gate, direction, forward)
            await sender.send(b"x")
            assert await receiver.receive(1) == b"x", number
            behave(gate, direction, "corrupt_data")
            await sender.send(b"x")
            assert await receiver.receive(1) == b"\0", number


async def test_what_a_delay_holds_comes_before_anything_later(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        sender, receiver = (await tcp.connect(gate)).along(direction)
        behave(gate, direction, "delay", 0.1)
        await sender.send(b"first ")
        behave(gate, direction, "pass")
        await sender.send(b"second")
        assert await receiver.receive(12) == b"first second"


async def test_a_long_delay_that_is_taken_away_ends(tcp: Tcp, direction: str):
    # The original sleeps on; the samples of userver wait for that, so sooner is no harm.
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "delay", LONG)
        sender, receiver = wire.along(direction)
        await sender.send(b"held")
        await wire.goes_against(direction)
        assert not receiver.has_something()
        behave(gate, direction, "pass")
        assert await receiver.receive(4) == b"held"


async def test_switches_under_traffic_lose_nothing(tcp: Tcp, direction: str):
    data = bytes(range(256)) * 2_000
    harmless = [("pass", ()), ("noop", ()), ("delay", (0.0001,)), ("limit_bytes", (1 << 40,))]
    async with tcp.gate() as gate:
        sender, receiver = (await tcp.connect(gate)).along(direction)
        sending = asyncio.ensure_future(sender.send(data))
        receiving = asyncio.ensure_future(receiver.receive(len(data)))
        for number in range(400):
            behaviour, arguments = harmless[number % len(harmless)]
            behave(gate, direction, behaviour, *arguments)
            if number % 7 == 0:
                intercept(gate, direction, forward)
            await asyncio.sleep(0)
        behave(gate, direction, "pass")
        await sending
        assert await receiving == data


async def test_a_behaviour_set_before_the_start_is_in_force(tcp: Tcp, direction: str):
    gate = tcp.gate()
    behave(gate, direction, "substitute", "a", "b")
    async with gate:
        sender, receiver = (await tcp.connect(gate)).along(direction)
        await sender.send(b"a")
        assert await receiver.receive(1) == b"b"
