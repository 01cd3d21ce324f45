"""A gate between the service and its database. `DATABASE_URL` says where a PostgreSQL is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from chaosgate import TcpGate
from pytest_chaosgate import Gates, Healed


@pytest.fixture(scope="session")
def database_url() -> str:
    if "DATABASE_URL" not in os.environ:
        pytest.skip("DATABASE_URL is not set, such as postgresql://postgres@localhost:5432/postgres")
    return os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def database_gate(chaosgate_gates: Gates, database_url: str) -> TcpGate:
    """Started before the service, and there as long as it runs."""
    url = urlsplit(database_url)
    return chaosgate_gates(TcpGate, (url.hostname or "localhost", url.port or 5432), name="database")


@contextmanager
def served(database_url: str, host: str, port: int) -> Iterator[str]:
    """The service, which finds its database at this host and port; gives its own URL."""
    url = urlsplit(database_url)
    user, at, _ = url.netloc.rpartition("@")
    behind_the_gate = url._replace(netloc=f"{user}{at}{host}:{port}").geturl()
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("service.py")],
        env={**os.environ, "DATABASE_URL": behind_the_gate},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def service(database_gate: TcpGate, database_url: str) -> Iterator[httpx.Client]:
    """The service behind the gate, and a client of it."""
    with (
        served(database_url, database_gate.host, database_gate.port) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client


@pytest.fixture
def database(database_gate: TcpGate, chaosgate_healed: Healed) -> TcpGate:
    """The gate, healed before and after each test."""
    return chaosgate_healed(database_gate)
