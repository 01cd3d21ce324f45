"""What the service does when its database fails, in every way in which a network can; and that it
recovers from each.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Literal

import httpx
import pytest
from chaosgate import (
    Accepting,
    Bandwidth,
    Blackhole,
    CloseOnData,
    Coalesce,
    Corrupt,
    Drop,
    Fault,
    Idle,
    Latency,
    Lifetime,
    LimitBytes,
    Reset,
    Slice,
    SlowClose,
    Stall,
    TcpGate,
)
from service import POOL_SIZE, TIME_LIMIT

RECOVERY = 5.0
"""How many seconds the service may take to recover."""

keys = count()


def works(service: httpx.Client) -> bool:
    """Whether a note can be written and read."""
    key, note = f"key-{next(keys)}", f"note {next(keys)}"
    return (
        service.put(f"/notes/{key}", content=note).status_code == 200
        and service.get(f"/notes/{key}").json() == note
    )


def works_on_every_connection(service: httpx.Client) -> bool:
    """The same several times at once, so that every connection of the pool is used, dead or alive."""
    with ThreadPoolExecutor(2 * POOL_SIZE) as threads:
        return all(threads.map(works, [service] * 2 * POOL_SIZE))


@pytest.fixture(autouse=True)
def recovers(database: TcpGate, service: httpx.Client) -> None:
    """Each test begins with a service that works on every connection."""
    database.assert_recovers(lambda: works_on_every_connection(service), within=RECOVERY, streak=1)


def assert_fails_and_recovers(database: TcpGate, service: httpx.Client) -> None:
    answer = service.get("/notes/any")
    assert answer.status_code == 503, answer.text
    assert answer.elapsed.total_seconds() < 10 * TIME_LIMIT, "it says so, and does not hang"
    database.assert_recovers(lambda: works_on_every_connection(service), within=RECOVERY)


@pytest.mark.parametrize("direction", ["to_server", "to_client"])
@pytest.mark.parametrize(
    "fault",
    [
        Stall(),
        Drop(),
        Blackhole(),
        CloseOnData(),
        CloseOnData(how="reset"),
        Reset(since="first_data"),
        Corrupt(),
        Latency(delay=2 * TIME_LIMIT),
        Bandwidth(rate=10),
        LimitBytes(bytes=10),
        Lifetime(timeout=0, since="connect", at="next_data"),
        Coalesce(size="1MB"),
    ],
    ids=str,
)
def test_the_service_recovers_from(
    fault: Fault, direction: str, database: TcpGate, service: httpx.Client
) -> None:
    entry = getattr(database, direction).add(fault)
    assert_fails_and_recovers(database, service)
    assert entry.hits > 0


@pytest.mark.parametrize("direction", ["to_server", "to_client"])
@pytest.mark.parametrize(
    "fault",
    [
        Latency(delay="10ms", jitter="10ms"),
        Slice(size=3, pause="100us"),
        Bandwidth(rate="100kB/s"),
        Corrupt(ratio=0),
        SlowClose(delay="100ms"),
        Idle(timeout="30s"),
    ],
    ids=str,
)
def test_the_service_works_under(
    fault: Fault, direction: str, database: TcpGate, service: httpx.Client
) -> None:
    getattr(database, direction).add(fault)
    assert works_on_every_connection(service)


@pytest.mark.parametrize("accepting", [mode for mode in Accepting if mode is not Accepting.ACCEPT])
def test_the_service_recovers_when_new_connections_fail(
    accepting: Accepting, database: TcpGate, service: httpx.Client
) -> None:
    database.accepting = accepting
    assert works_on_every_connection(service), "those that stand go on"
    database.close_connections("reset")
    assert_fails_and_recovers(database, service)


@pytest.mark.parametrize("how", ["fin", "reset"])
def test_the_pool_replaces_connections_that_were_closed(
    how: Literal["fin", "reset"], database: TcpGate, service: httpx.Client
) -> None:
    assert database.close_connections(how) == POOL_SIZE
    assert database.assert_recovers(lambda: works_on_every_connection(service), within=RECOVERY) < RECOVERY
    assert database.connection_count == POOL_SIZE


def test_idle_connections_that_a_nat_forgets_are_replaced(database: TcpGate, service: httpx.Client) -> None:
    forgotten = database.to_server.add(Idle(timeout="10ms", then="blackhole"))
    forgotten.wait_for_hits(POOL_SIZE)
    assert_fails_and_recovers(database, service)
