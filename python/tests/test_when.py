"""When a fault acts."""

from __future__ import annotations

from typing import Any

import pytest
from chaosgate import CloseOnData, Custom, Drop, FaultError, LimitBytes, Stall, TcpGate
from conftest import PATIENCE, Connect, ask

Address = tuple[str, int]


def test_the_reply_to_a_commit_is_lost_once(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        lost = gate.to_client.add(CloseOnData(on_other=b"COMMIT", times=1))
        client = connect(gate)
        assert ask(client, b"BEGIN") == b"BEGIN"
        assert (lost.state, lost.matches) == ("waiting", 0)
        assert ask(client, b"COMMIT") == b""
        lost.wait_for_hits(1, within=PATIENCE)
        assert ask(connect(gate), b"COMMIT") == b"COMMIT"
        assert (lost.hits, lost.matches) == (1, 2)


def test_a_fault_acts_on_the_match_itself_and_is_spent_then(echo: Address, connect: Connect):
    with TcpGate(echo) as gate, gate.to_server.fault(Drop(on="x+y", span="match", times=1)) as drop:
        client = connect(gate)
        client.sendall(b"axxyb")
        assert client.recv(1) + client.recv(1) == b"ab"
        assert ask(client, b"xy") == b"xy"
        assert drop.state == "spent"


def test_connections_are_counted_from_when_the_fault_was_set(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        standing = connect(gate)
        assert ask(standing) == b"ping"
        gate.to_client.set(CloseOnData(connections="every 2", client="127.0.0.0/8"))
        assert [ask(client) for client in [standing, connect(gate), connect(gate)]] == [b"ping", b"ping", b""]


def test_a_fault_that_is_a_function_has_its_moment_too(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        gate.to_client.set(Custom(bytes.upper, after_bytes=2))
        assert ask(connect(gate), b"abcdef") == b"abCDEF"


@pytest.mark.parametrize(
    ("written", "read"),
    [(b"COMMIT", "COMMIT"), (b"\x00\xff.", r"\x00\xFF."), ("a|b", "a|b")],
)
def test_a_pattern_may_be_bytes(written: str | bytes, read: str):
    assert Stall(on=written).on == read


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": "a("}, "on"),
        ({"on_other": b""}, "on_other"),
        ({"on": 5}, "on"),
        ({"span": "match"}, "span"),
        ({"span": 1.5}, "span"),
        ({"nth": 2}, "nth"),
        ({"times": 0}, "times"),
        ({"connections": "0"}, "connections"),
        ({"client": "nobody"}, "client"),
        ({"start_after": 2, "for_": 1}, "start_after"),
    ],
)
@pytest.mark.parametrize("make", [Stall, lambda **when: Custom(bytes.upper, **when)])
def test_what_makes_no_sense_is_refused_with_its_field(make: Any, wrong: dict[str, Any], field: str):
    with pytest.raises(FaultError) as refused:
        make(**wrong)
    assert refused.value.field == field


def test_a_moment_is_read_in_its_unit():
    fault = LimitBytes(bytes=1, start_after="500ms", after_bytes="1kB", connections=3, span="2s")
    assert (fault.start_after, fault.after_bytes, fault.connections, fault.span) == (0.5, 1000, "3", "2s")
