"""A daemon elsewhere: where it is, what it refuses, and what others do to its gates meanwhile."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from chaosgate import (
    ChaosgateError,
    Client,
    DaemonError,
    Latency,
    NameTakenError,
    NoSuchGateError,
    OptionError,
    Refuse,
    Stall,
    UnreachableError,
)
from conftest import Connect, ask, serving

Address = tuple[str, int]


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHAOSGATE_URL", "TOXIPROXY_URL", "CHAOSGATE_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({}, "http://localhost:8474"),
        ({"TOXIPROXY_URL": "toxics:1"}, "toxics:1"),
        ({"TOXIPROXY_URL": "toxics:1", "CHAOSGATE_URL": "http://chaos:2"}, "http://chaos:2"),
    ],
)
def test_a_daemon_is_where_the_variables_say_unless_the_program_says_it(
    variables: dict[str, str], url: str, monkeypatch: pytest.MonkeyPatch
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Client().url == url
    assert Client("chaos:3").url == "chaos:3"


@pytest.mark.parametrize("wrong", ["ftp://localhost", "localhost:many", "http://localhost:-1"])
def test_what_is_no_url_is_refused_at_once(wrong: str):
    with pytest.raises(OptionError, match="it must be as http://localhost:8474, localhost:8474 or unix:"):
        Client(wrong)


def test_a_daemon_that_is_not_there_is_told_with_its_url_and_the_way_out():
    for call in (Client("localhost:1").gates, Client("unix:/nowhere/it.sock").heal):
        with pytest.raises(UnreachableError, match="start one there by chaosgate serve, or say where") as no:
            call()
        assert no.value.url in str(no.value)
        assert isinstance(no.value, ConnectionError)


def test_what_is_no_daemon_is_told():
    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, format: str, *args: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Nothing) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            with pytest.raises(DaemonError, match="answers with 404, which no chaosgate serve") as refused:
                Client(f"localhost:{server.server_port}").gates()
        finally:
            server.shutdown()
            serving.join()
    assert refused.value.status == 404


def test_a_daemon_at_a_path_is_called_there(tmp_path: Path, echo: Address, connect: Connect):
    path = tmp_path / "chaosgate.sock"
    with serving("--api", f"unix:{path}"), Client(f"unix:{path}").create("by path", echo) as gate:
        assert ask(connect(gate)) == b"ping"


def test_a_token_is_shown_where_one_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    with serving("--api", "127.0.0.1:0", CHAOSGATE_TOKEN="horse") as address:
        with pytest.raises(DaemonError, match="missing or invalid token") as refused:
            Client(address, token="battery").gates()
        assert (refused.value.status, refused.value.kind) == (401, "unauthorized")
        for call in (Client(address).heal, lambda: Client(address).create("no", 1)):
            with pytest.raises(DaemonError, match="missing or invalid token"):
                call()
        assert Client(address, token="horse").gates() == []
        monkeypatch.setenv("CHAOSGATE_TOKEN", "horse")
        assert Client(address).gates() == []


def test_gates_are_found_by_their_names_and_healed_together(daemon: Client):
    with daemon.create("one/ü", 1) as one, daemon.create("two", 1, udp=True) as two:
        assert [gate.name for gate in daemon.gates()] == ["one/ü", "two"]
        daemon.gate("one/ü").to_client.add(Stall())
        assert str(one.to_client.entries[0]) == "stall"
        two.accepting = Refuse
        daemon.heal()
        assert one.is_healed
        assert two.is_healed
        with pytest.raises(NameTakenError, match='there is a gate named "two" already') as taken:
            daemon.create("two", 1)
        assert taken.value.name == "two"
    assert daemon.gates() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"idle": 1}, "idle"),
        ({"udp": True, "on_dial_failure": "fin"}, "on_dial_failure"),
        ({"udp": True, "idle": 0}, "idle"),
        ({"on_dial_failure": "late"}, "on_dial_failure"),
        ({"buffer": 1}, "buffer"),
    ],
)
def test_a_gate_that_cannot_be_made_so_is_told_with_the_field(
    wrong: dict[str, Any], field: str, daemon: Client
):
    with pytest.raises(OptionError) as refused:
        daemon.create(**{"name": "wrong", "upstream": 1} | wrong)
    assert refused.value.field == field
    assert daemon.gates() == []


def test_a_gate_that_has_gone_says_so_and_is_not_another_of_its_name(daemon: Client):
    with pytest.raises(NoSuchGateError, match="the daemon has no gate 'gone'"):
        daemon.gate("gone")
    with daemon.create("gone", 1) as gate, daemon.create("here", 1):
        entry = gate.to_client.add(Stall())
        daemon.gate("gone").remove()
        for call in (gate.heal, entry.remove, lambda: gate.connections, lambda: gate.close_connection(1)):
            with pytest.raises(NoSuchGateError) as no:
                call()
            assert no.value.name == "gone"
        gate.remove()
        with daemon.create("gone", 1) as another:
            with pytest.raises(NoSuchGateError):
                gate.to_client.add(Stall())
            assert another.is_healed


def test_what_a_daemon_does_not_tell_is_an_error(daemon: Client):
    with daemon.create("told", 1) as gate:
        entry = gate.to_client.add(Latency(delay=1, on=b"COMMIT"))
        with pytest.raises(ChaosgateError, match="a daemon does not tell matches, but hits"):
            _ = entry.matches


def test_an_entry_is_not_another_that_has_its_name_by_now(daemon: Client):
    with daemon.create("changed", 1) as gate:
        entry = gate.to_client.add(Stall(name="mine"))
        daemon.gate("changed").to_client.set(Latency(delay=1, name="mine"))
        assert not entry.is_set
        entry.remove()
        assert [str(entry) for entry in gate.to_client.entries] == ["latency:delay=1s,name=mine"]


def test_what_several_change_at_once_is_all_changed(daemon: Client):
    with daemon.create("shared", 1) as gate, ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: gate.both.add(Stall()), range(12)))
        names = {f"stall-{number}" for number in range(2, 13)} | {"stall"}
        assert {entry.name for entry in gate.to_server.entries} == names
        assert len(gate.both.entries) == 24


TYPED = """
from chaosgate import AnyGate, Client, TcpGate, UdpGate

def slow(gate: AnyGate) -> None:
    gate.to_client.add("latency:delay=1s").wait_for_hits(1, within=2)
    gate.age  # wrong: of this process alone

slow(TcpGate(1))
slow(UdpGate(1))
slow(Client().gate("database"))
slow(Client())  # wrong
"""


def test_one_type_describes_gates_of_both_kinds(tmp_path: Path):
    (tmp_path / "typed.py").write_text(TYPED)
    command = [sys.executable, "-m", "mypy", "--strict", "typed.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    wrong = [number for number, line in enumerate(TYPED.splitlines(), 1) if "# wrong" in line]
    assert [
        int(line) for line in re.findall(r"^typed.py:(\d+): error", done.stdout, re.MULTILINE)
    ] == wrong, done.stdout + done.stderr
