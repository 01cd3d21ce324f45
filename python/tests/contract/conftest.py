"""What the tests of `chaosgate.chaos` work with, and under what they run.

The tests know nothing of the plugin that runs them. They need pytest-asyncio, in any mode, and take what
stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from datagrams import Udp
from echo import Echo
from peers import Tcp


@pytest.fixture
def tcp() -> Iterator[Tcp]:
    """A TCP server, and clients that reach it through gates."""
    peers = Tcp()
    yield peers
    peers.close()


@pytest.fixture
def udp() -> Iterator[Udp]:
    """A UDP server, and clients that reach it through gates."""
    peers = Udp()
    yield peers
    peers.close()


@pytest.fixture(scope="session")
def echo() -> Iterator[Echo]:
    """A server that sends everything back, on a thread: it answers while the loop is blocked."""
    server = Echo()
    yield server
    server.close()


@pytest.fixture(params=["to_server", "to_client"])
def direction(request: pytest.FixtureRequest) -> str:
    """Each direction in turn."""
    return request.param
