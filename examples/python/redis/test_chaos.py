"""The same in the dialect of `pytest_userver.chaos`, of which only the import is another."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import redis.asyncio as redis
from chaosgate import chaos


@pytest.fixture(scope="session")
async def redis_gate() -> AsyncIterator[chaos.TcpGate]:
    if "REDIS_URL" not in os.environ:
        pytest.skip("REDIS_URL is not set, such as redis://localhost:6379")
    url = urlsplit(os.environ["REDIS_URL"])
    gate_config = chaos.GateRoute("redis", url.hostname or "localhost", url.port or 6379)
    async with chaos.TcpGate(gate_config, asyncio.get_running_loop()) as proxy:
        yield proxy


@pytest.fixture
async def client(redis_gate: chaos.TcpGate) -> AsyncIterator[redis.Redis]:
    redis_gate.to_server_pass()
    redis_gate.to_client_pass()
    redis_gate.start_accepting()
    async with redis.Redis(
        host=redis_gate.get_sockname_for_clients()[0],
        port=redis_gate.get_sockname_for_clients()[1],
        socket_timeout=0.3,
    ) as client:
        yield client


async def test_an_answer_can_be_another(redis_gate: chaos.TcpGate, client: redis.Redis) -> None:
    await client.set("leader", "10.0.0.1:6379")
    redis_gate.to_client_substitute(r"\$(\d+)\r\n10\.0\.0\.1:6379", r"$\1\r\n10.0.0.2:6379")
    assert await client.get("leader") == b"10.0.0.2:6379"


async def test_a_client_that_waits_is_told_of_the_end(redis_gate: chaos.TcpGate, client: redis.Redis) -> None:
    await client.ping()
    redis_gate.to_server_noop()
    waiting = asyncio.ensure_future(client.get("key"))
    await asyncio.sleep(0.05)
    await redis_gate.sockets_close()
    redis_gate.to_server_pass()
    await waiting
    assert await client.ping()
