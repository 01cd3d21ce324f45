"""The same in the dialect of `pytest_userver.chaos`, of which only the import is another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from chaosgate import chaos
from conftest import served
from service import POOL_SIZE, TIME_LIMIT


@pytest.fixture(scope="session")
async def pgsql_gate(database_url: str) -> AsyncIterator[chaos.TcpGate]:
    url = urlsplit(database_url)
    gate_config = chaos.GateRoute(
        name="postgres proxy",
        host_to_server=url.hostname or "localhost",
        port_to_server=url.port or 5432,
    )
    async with chaos.TcpGate(gate_config, asyncio.get_running_loop()) as proxy:
        yield proxy


@pytest.fixture(scope="session")
async def client(pgsql_gate: chaos.TcpGate, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with served(database_url, *pgsql_gate.get_sockname_for_clients()) as url:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield client


@pytest.fixture
async def gate(pgsql_gate: chaos.TcpGate, client: httpx.AsyncClient) -> AsyncIterator[chaos.TcpGate]:
    """Passes in both directions and accepts, before and after each test."""

    def reset() -> None:
        pgsql_gate.to_server_pass()
        pgsql_gate.to_client_pass()
        pgsql_gate.start_accepting()

    reset()
    await recover(client)
    assert pgsql_gate.connections_count() >= 1
    yield pgsql_gate
    reset()


async def status(client: httpx.AsyncClient) -> int:
    return (await client.put("/notes/any", content="note")).status_code


async def recover(client: httpx.AsyncClient) -> None:
    """Uses every connection of the pool, dead or alive, until all of them work."""
    for _ in range(100):
        statuses = await asyncio.gather(*(status(client) for _ in range(2 * POOL_SIZE)))
        if set(statuses) == {200}:
            return
    pytest.fail("not recovered")


BREAKING: dict[str, Callable[[chaos.TcpGate], Any]] = {
    "to_server_noop": lambda gate: gate.to_server_noop(),
    "to_client_noop": lambda gate: gate.to_client_noop(),
    "to_server_drop": lambda gate: gate.to_server_drop(),
    "to_client_drop": lambda gate: gate.to_client_drop(),
    "to_server_delay": lambda gate: gate.to_server_delay(2 * TIME_LIMIT),
    "to_client_delay": lambda gate: gate.to_client_delay(delay=2 * TIME_LIMIT),
    "to_server_close_on_data": lambda gate: gate.to_server_close_on_data(),
    "to_client_close_on_data": lambda gate: gate.to_client_close_on_data(),
    "to_server_corrupt_data": lambda gate: gate.to_server_corrupt_data(),
    "to_client_corrupt_data": lambda gate: gate.to_client_corrupt_data(),
    "to_server_limit_bytes": lambda gate: gate.to_server_limit_bytes(10),
    "to_client_limit_bytes": lambda gate: gate.to_client_limit_bytes(10),
    "to_server_concat_packets": lambda gate: gate.to_server_concat_packets(1_000_000),
    "to_client_substitute": lambda gate: gate.to_client_substitute("[A-Z]", "?"),
}


@pytest.mark.parametrize("behaviour", BREAKING)
async def test_the_service_survives(behaviour: str, gate: chaos.TcpGate, client: httpx.AsyncClient) -> None:
    BREAKING[behaviour](gate)
    assert await status(client) == 503
    gate.to_server_pass()
    gate.to_client_pass()
    await recover(client)


async def test_the_service_works_under_what_is_only_slow(
    gate: chaos.TcpGate, client: httpx.AsyncClient
) -> None:
    gate.to_client_delay(0)
    gate.to_server_smaller_parts(5)
    assert await status(client) == 200
    gate.to_client_limit_bps(100_000)
    gate.to_server_limit_time(60.0, 1.0)
    assert await status(client) == 200


async def test_a_database_that_takes_nobody(gate: chaos.TcpGate, client: httpx.AsyncClient) -> None:
    await gate.stop_accepting()
    await gate.sockets_close()
    assert gate.connections_count() == 0
    assert await status(client) == 503
    gate.start_accepting()
    await gate.wait_for_connections(timeout=10.0)
    await recover(client)


async def test_an_answer_that_breaks_off(gate: chaos.TcpGate, client: httpx.AsyncClient) -> None:
    marker = b"INSERT 0 1"

    async def break_off(loop: chaos.EvLoop, socket_from: chaos.Socket, socket_to: chaos.Socket) -> None:
        data = bytearray()
        while marker not in data:
            portion = await loop.sock_recv(socket_from, chaos.RECV_MAX_SIZE)
            if not portion:
                raise chaos.ConnectionClosedError
            data += portion
        prefix = data[: data.find(marker)]
        await loop.sock_sendall(socket_to, bytes(prefix) + b"INSERT gibberish")
        raise chaos.GateInterceptException("on purpose")

    calls = gate.set_to_client_interceptor(break_off)
    assert await status(client) == 503
    await calls.wait_call()
    gate.to_client_pass()
    await recover(client)
