"""A Redis client that survives its server. `REDIS_URL` says where one is."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest
import redis
from chaosgate import CloseOnData, Latency, TcpGate
from pytest_chaosgate import Gates, Healed
from redis.backoff import NoBackoff
from redis.retry import Retry


@pytest.fixture(scope="session")
def redis_gate(chaosgate_gates: Gates) -> TcpGate:
    if "REDIS_URL" not in os.environ:
        pytest.skip("REDIS_URL is not set, such as redis://localhost:6379")
    url = urlsplit(os.environ["REDIS_URL"])
    return chaosgate_gates(TcpGate, (url.hostname or "localhost", url.port or 6379), name="redis")


def test_a_client_sees_the_failures_and_recovers(redis_gate: TcpGate, chaosgate_healed: Healed) -> None:
    gate = chaosgate_healed(redis_gate)
    client = redis.Redis(gate.host, gate.port, socket_timeout=0.2, retry=Retry(NoBackoff(), 0))
    assert client.set("key", "value")
    with gate.to_client.fault(Latency(delay=1)), pytest.raises(redis.TimeoutError):
        client.get("key")
    with gate.to_server.fault(CloseOnData()) as closing, pytest.raises(redis.ConnectionError):
        client.get("key")
    closing.wait_for_hits(1)
    gate.assert_recovers(lambda: client.get("key") == b"value", within=5)
    client.close()
