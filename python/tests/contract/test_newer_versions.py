"""What newer versions of userver's module have."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from chaosgate import chaos
from echo import Echo
from peers import Tcp
from support import behave, forward, intercept, soon

pytestmark = pytest.mark.asyncio


async def test_without_a_loop_the_running_one_is_used(tcp: Tcp):
    loops: list[Any] = []

    async def look(loop: chaos.EvLoop, socket_from: Any, socket_to: Any) -> None:
        loops.append(loop)
        await forward(loop, socket_from, socket_to)

    gate = chaos.TcpGate(tcp.route())
    gate.set_to_server_interceptor(look)
    async with gate:
        await (await tcp.connect(gate)).goes("to_server")
    assert loops == [asyncio.get_running_loop()]


async def test_without_a_loop_it_is_that_of_each_start(tcp: Tcp, echo: Echo):
    gate = chaos.TcpGate(tcp.route(port_to_server=echo.port))
    loops: list[Any] = []

    async def look(loop: chaos.EvLoop, socket_from: Any, socket_to: Any) -> None:
        loops.append(loop)
        await forward(loop, socket_from, socket_to)

    async def use() -> Any:
        async with gate:
            gate.set_to_server_interceptor(look)
            reader, writer = await asyncio.open_connection(*gate.get_sockname_for_clients())
            writer.write(b"ping")
            assert await soon(reader.readexactly(4)) == b"ping"
            writer.close()
            await writer.wait_closed()
        return asyncio.get_running_loop()

    expected = [await asyncio.to_thread(lambda: asyncio.run(use())), await use()]
    assert expected[0] is not expected[1]
    assert loops == expected


async def test_a_behaviour_needs_neither_a_start_nor_a_running_loop(tcp: Tcp, direction: str):
    gate = await asyncio.to_thread(chaos.TcpGate, tcp.route())
    calls = await asyncio.to_thread(behave, gate, direction, "drop")
    assert await calls is calls
    async with gate:
        wire = await tcp.connect(gate)
        await wire.along(direction)[0].send(b"dropped")
        await soon(calls.wait_call())


async def test_an_interceptor_needs_neither_a_start_nor_a_running_loop(tcp: Tcp, direction: str):
    gate = await asyncio.to_thread(chaos.TcpGate, tcp.route())
    calls = await asyncio.to_thread(intercept, gate, direction, forward)
    async with gate:
        await (await tcp.connect(gate)).goes(direction)
        await soon(calls.wait_call())


async def test_a_behaviour_acts_when_it_is_called_not_when_it_is_awaited(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = behave(gate, direction, "drop")
        behave(gate, direction, "pass")
        await calls
        await wire.goes(direction)


async def test_newer_tests_await_everything(tcp: Tcp):
    async with chaos.TcpGate(tcp.route()) as gate:
        wire = await tcp.connect(gate)
        queue = await gate.to_server_drop()
        await wire.client.send(b"dropped")
        await queue.wait_call()
        await gate.to_server_pass()
        intercepted = await gate.set_to_client_interceptor(forward)
        await wire.goes("to_client")
        assert set(await intercepted.wait_call()) == {"loop", "socket_from", "socket_to"}
        await gate.to_client_pass()
        await wire.goes("to_client")
        await gate.to_server_smaller_parts(2, sleep_per_packet=0.001)
        await wire.goes("to_server")
        await gate.to_client_limit_time(timeout=30, jitter=1)
        await wire.goes("to_client")
