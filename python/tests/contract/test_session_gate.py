"""A gate that a fixture keeps over many tests, reset for each, as userver's test suites have it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from chaosgate import chaos
from echo import Echo
from peers import Peer
from support import forward, soon

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def kept(echo: Echo) -> AsyncIterator[chaos.TcpGate]:
    route = chaos.GateRoute(name="kept", host_to_server="localhost", port_to_server=echo.port)
    async with chaos.TcpGate(route, asyncio.get_running_loop()) as gate:
        yield gate


@pytest_asyncio.fixture(loop_scope="session")
async def gate(kept: chaos.TcpGate) -> chaos.TcpGate:
    kept.to_server_pass()
    kept.to_client_pass()
    kept.start_accepting()
    return kept


async def connect(gate: chaos.TcpGate) -> Peer:
    client = Peer(socket.socket())
    await soon(asyncio.get_running_loop().sock_connect(client.socket, gate.get_sockname_for_clients()))
    return client


async def answers(gate: chaos.TcpGate) -> None:
    client = await connect(gate)
    await client.send(b"ping")
    assert await client.receive(4) == b"ping"
    client.close()


@pytest.mark.parametrize("left", ["noop", "close_on_data", "interceptor", "stop_accepting"])
async def test_a_test_may_leave_it_in_any_state(gate: chaos.TcpGate, left: str):
    await answers(gate)
    if left == "noop":
        gate.to_client_noop()
    elif left == "close_on_data":
        gate.to_server_close_on_data()
    elif left == "interceptor":
        gate.set_to_client_interceptor(forward)
        await answers(gate)
    else:
        await gate.stop_accepting()
        await gate.sockets_close()
        assert gate.connections_count() == 0


async def test_a_client_is_cut_off_and_comes_back(gate: chaos.TcpGate):
    client = await connect(gate)
    # A connection of the last test may still be counted.
    await client.send(b"ping")
    assert await client.receive(4) == b"ping"
    await gate.wait_for_connections(count=1, timeout=10.0)
    await gate.stop_accepting()
    await gate.sockets_close()
    assert await client.receive_until_closed() == b""
    client.close()
    waiting = await connect(gate)
    assert gate.connections_count() == 0
    gate.start_accepting()
    await gate.wait_for_connections(timeout=10.0)
    assert gate.connections_count() >= 1
    await waiting.send(b"ping")
    assert await waiting.receive(4) == b"ping"
    waiting.close()


async def test_a_held_answer_dies_with_its_connection(gate: chaos.TcpGate):
    held = gate.to_client_noop()
    client = await connect(gate)
    await client.send(b"ping")
    receiving = asyncio.ensure_future(client.receive_until_closed())
    await gate.wait_for_connections()
    # Not only one of the last test.
    await held.wait_call()
    await gate.sockets_close()
    assert await receiving == b""
    client.close()


async def test_it_serves_on_after_all_of_that(gate: chaos.TcpGate):
    await answers(gate)
