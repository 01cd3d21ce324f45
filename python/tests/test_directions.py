"""The faults of a direction: set, added, changed, removed, guarded."""

from __future__ import annotations

import time

import pytest
from chaosgate import (
    CloseOnData,
    Drop,
    Latency,
    NameTakenError,
    NoSuchFaultError,
    Stall,
    TcpGate,
)
from conftest import PATIENCE, Connect, ask

Address = tuple[str, int]


def names(faults: object) -> list[str]:
    return [entry.name for entry in faults.entries]  # type: ignore[attr-defined]


def test_each_direction_has_faults_of_its_own():
    gate = TcpGate("localhost:1")
    gate.to_server.set(Stall(), Drop())
    gate.both.add(Latency(delay=1))
    assert names(gate.to_server) == ["stall", "drop", "latency"]
    assert names(gate.to_client) == ["latency"]
    assert repr(gate.to_client) == "<faults: latency:delay=1s>"
    gate.to_server.pass_()
    assert names(gate.both) == ["latency"]
    gate.pass_()
    assert gate.is_healed
    assert repr(gate.to_client) == "<faults: none>"


def test_set_keeps_what_is_equal_with_its_hits(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        gate.to_client.set(Latency(delay="1ms"))
        assert ask(connect(gate)) == b"ping"
        (entry,) = gate.to_client.entries
        entry.wait_for_hits(1, within=PATIENCE)
        gate.to_client.set(Latency(delay="1ms"), Stall())
        assert [entry.hits for entry in gate.to_client.entries] == [1, 0]
        gate.to_client.set(Latency(delay="2ms"))
        assert [entry.hits for entry in gate.to_client.entries] == [0]


def test_a_guard_removes_its_own_fault_also_when_the_block_fails():
    gate = TcpGate("localhost:1")
    kept = gate.to_server.add(Stall())
    guard = gate.to_server.fault(Latency(delay=1))
    assert names(gate.to_server) == ["stall"], "it is set when the block begins"
    with pytest.raises(ZeroDivisionError), guard as entry:
        assert entry.name == "latency"
        assert names(gate.to_server) == ["stall", "latency"]
        _ = 1 / 0
    assert names(gate.to_server) == ["stall"]
    with guard as first, guard as second:
        assert (first.name, second.name) == ("latency", "latency-2")
    kept.remove()
    kept.remove()
    assert gate.is_healed


def test_a_fault_is_changed_and_removed_by_its_name():
    gate = TcpGate("localhost:1")
    gate.to_server.set(Latency(delay=1, name="slow"), Stall())
    entry = gate.to_server.update("slow", Latency(delay=2))
    assert str(entry) == "latency:delay=2s,name=slow"
    assert names(gate.to_server) == ["slow", "stall"]
    gate.to_server.remove("slow")
    assert names(gate.to_server) == ["stall"]


def test_a_name_that_is_taken_or_not_there_is_refused():
    gate = TcpGate("localhost:1")
    gate.to_server.set(Stall(name="a"))
    with pytest.raises(NameTakenError, match='"a"') as taken:
        gate.to_server.add(Drop(name="a"))
    assert taken.value.name == "a"
    with pytest.raises(NameTakenError):
        gate.to_client.set(Stall(name="b"), Drop(name="b"))
    for absent in (
        lambda: gate.to_server.remove("c"),
        lambda: gate.to_server.update("c", Stall()),
    ):
        with pytest.raises(NoSuchFaultError, match='"c".*the faults here are a') as missing:
            absent()
        assert missing.value.name == "c"
        assert isinstance(missing.value, LookupError)
    assert names(gate.both) == ["a"]


def test_a_fault_with_a_time_ends_by_itself(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        begin = time.monotonic()
        gate.to_client.add(Stall(for_="100ms"))
        assert ask(connect(gate)) == b"ping"
        assert time.monotonic() - begin >= 0.1
        assert gate.to_client.entries == []


def test_a_probability_is_a_part_of_the_connections(echo: Address, connect: Connect):
    with TcpGate(echo, seed=1) as gate:
        gate.to_server.set(CloseOnData(probability=0.5))
        answers = [ask(connect(gate)) for _ in range(40)]
        assert set(answers) == {b"ping", b""}
    with TcpGate(echo, seed=1) as again:
        again.to_server.set(CloseOnData(probability="50%"))
        assert [ask(connect(again)) for _ in range(40)] == answers, "the same seed, the same coins"


def test_hits_are_counted_before_they_can_be_seen(echo: Address, connect: Connect):
    with TcpGate(echo) as gate, gate.to_server.fault(CloseOnData()) as fault:
        for count in range(1, 20):
            assert ask(connect(gate)) == b""
            assert fault.hits == count
        fault.wait_for_hits(19, within=0)
