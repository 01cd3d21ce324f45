"""Test runs of their own, for the tests of the plugin for pytest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Results = Callable[..., pytest.RunResult]

CONFTEST = """
import pytest, socket, threading
from chaosgate import TcpGate

@pytest.fixture(scope="session")
def echo():
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            while True:
                client, _ = server.accept()
                threading.Thread(target=answer, args=(client,), daemon=True).start()
        def answer(client):
            with client:
                while data := client.recv(65536):
                    client.sendall(data)
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()

@pytest.fixture(scope="session")
def database_gate(chaosgate_gates, echo):
    return chaosgate_gates(TcpGate, echo, name="database")

@pytest.fixture
def database(database_gate, chaosgate_healed):
    return chaosgate_healed(database_gate)

def ask(gate):
    with socket.create_connection(gate.address, timeout=9) as client:
        client.sendall(b"ping")
        return client.recv(4)
"""


@pytest.fixture
def results(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Results:
    """Runs tests in a process of its own, with these plugins and none else."""
    # What this run was told is not for that one.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("TESTSUITE_ALLOW_ROOT", "1")
    pytester.makeconftest(CONFTEST)

    def results(tests: str, *arguments: str, plugins: tuple[str, ...] = ()) -> pytest.RunResult:
        pytester.makepyfile(test_it=tests)
        chosen = [word for plugin in ("chaosgate", *plugins) for word in ("-p", plugin)]
        return pytester.runpytest_subprocess(*chosen, *arguments)

    return results
