"""Servers and event loops for the tests.

No plugin for asynchronous tests takes part: a coroutine is run by the fixture `run`, on each kind of loop.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

import pytest
import uvloop
from chaosgate import Client

T = TypeVar("T")

pytest_plugins = ["pytester", "plugin"]

# It has a configuration of its own, and is run as test_contract.py says.
collect_ignore = ["contract"]

PATIENCE = 30.0
"""How many seconds a test waits for what must come; only a failure takes so long."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run the second tier, which takes minutes")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "full(why): belongs to the second tier")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def is_chosen(item: pytest.Item) -> bool:
        return config.getoption("--full") or item.get_closest_marker("full") is None

    others = [item for item in items if not is_chosen(item)]
    items[:] = [item for item in items if is_chosen(item)]
    config.hook.pytest_deselected(items=others)


class Echo:
    """A TCP server that sends everything back."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.address: tuple[str, int] = self._listener.getsockname()
        self._serving = threading.Thread(target=self._accept, daemon=True)
        self._serving.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with closing(client):
            try:
                while data := client.recv(65536):
                    client.sendall(data)
            except OSError:
                pass

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._serving.join()


@pytest.fixture(scope="session")
def echo() -> Iterator[tuple[str, int]]:
    """Where a TCP server is that sends everything back."""
    server = Echo()
    yield server.address
    server.close()


@pytest.fixture(scope="session")
def udp_echo() -> Iterator[tuple[str, int]]:
    """Where a UDP server is that sends every datagram back; an empty one ends it."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                data, client = server.recvfrom(65536)
                if not data:
                    return
                server.sendto(data, client)

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        yield server.getsockname()
        server.sendto(b"", server.getsockname())
        serving.join()


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[str]:
    """A daemon in a process of its own; gives where its interface is."""
    command = [sys.executable, "-m", "chaosgate", "serve", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ | environment
    ) as process:
        try:
            assert process.stdout is not None
            # "listening on ADDRESS, seed NUMBER"
            yield process.stdout.readline().split()[2].rstrip(",")
        finally:
            process.kill()


@pytest.fixture(scope="session")
def daemon() -> Iterator[Client]:
    """A daemon that all tests share."""
    with serving("--api", "127.0.0.1:0") as address:
        yield Client(f"http://{address}")


Connect = Callable[[Any], socket.socket]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connects to a gate; the sockets are closed after the test."""
    clients: list[socket.socket] = []

    def connect(gate: Any) -> socket.socket:
        clients.append(socket.create_connection(gate.address, timeout=PATIENCE))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


Run = Callable[[Coroutine[Any, Any, T]], T]


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run[Any]:
    """Runs a coroutine on a new event loop, of either kind."""
    kinds = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        loop = kinds[request.param]()
        try:
            return loop.run_until_complete(coroutine)
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    return run


def until(condition: Callable[[], bool]) -> None:
    """Waits for what nobody tells of."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def open_descriptors() -> int:
    return len(os.listdir("/dev/fd"))


def ask(client: socket.socket, question: bytes = b"ping") -> bytes:
    """What comes back, of the length of the question; shorter if the connection ends."""
    client.sendall(question)
    answer = b""
    while len(answer) < len(question) and (more := client.recv(65536)):
        answer += more
    return answer
