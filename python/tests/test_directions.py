"""The faults of a direction: set, added, changed, removed, and as blocks."""

from __future__ import annotations

import sys
import time
from threading import Thread
from typing import Any

import pytest
from chaosgate import (
    CloseOnData,
    Custom,
    Drop,
    Entry,
    Latency,
    NameTakenError,
    NoSuchFaultError,
    Stall,
    TcpGate,
    aio,
)
from conftest import PATIENCE, Connect, Run, ask

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


@pytest.mark.parametrize("name", ["add", "fault"])
def test_a_fault_is_set_at_once_and_removed_at_the_end_of_a_block_also_when_that_fails(name: str):
    gate = TcpGate("localhost:1")
    kept = gate.to_server.add(Stall())
    slow = getattr(gate.to_server, name)(Latency(delay=1))
    assert names(gate.to_server) == ["stall", "latency"], "without a block too"
    with pytest.raises(ZeroDivisionError), slow as entry:
        assert entry is slow
        assert names(gate.to_server) == ["stall", "latency"]
        _ = 1 / 0
    assert names(gate.to_server) == ["stall"]
    kept.remove()
    kept.remove()
    assert gate.is_healed


def test_an_entry_that_is_entered_after_its_removal_is_set_anew(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        slow = gate.both.add(Latency(delay="1ms", name="slow"))
        assert ask(connect(gate)) == b"ping"
        slow.wait_for_hits(2, within=PATIENCE)
        for heal in (slow.remove, gate.heal, lambda: gate.both.set(Stall())):
            heal()
            assert not slow.is_set
            with slow:
                assert slow.is_set
                assert slow.hits == 0
                assert names(gate.both).count("slow") == 2
            assert "slow" not in names(gate.both)
        gate.heal()
        with slow:
            assert ask(connect(gate)) == b"ping"
            slow.wait_for_hits(2, within=PATIENCE)


def test_of_blocks_within_each_other_the_last_to_end_removes_the_entry():
    with TcpGate("127.0.0.1:9") as gate:
        slow = gate.to_client.add(Latency(delay=1))
        with slow:
            with slow:
                pass
            assert slow.is_set
        assert not slow.is_set


def test_blocks_in_several_threads_each_have_the_fault_and_leave_nothing():
    missing: list[str] = []

    def enter_and_leave(entry: Entry) -> None:
        for _ in range(500):
            with entry:
                if not entry.is_set:
                    missing.append("a block ran without it")

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with TcpGate("127.0.0.1:9") as gate:
            stall = gate.to_client.add(Stall())
            threads = [Thread(target=enter_and_leave, args=[stall]) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert (missing, names(gate.to_client)) == ([], [])
    finally:
        sys.setswitchinterval(before)


def test_an_entry_that_is_entered_while_another_has_its_name_is_refused():
    gate = TcpGate("localhost:1")
    first = gate.to_server.add(Stall(name="a"))
    first.remove()
    second = gate.to_server.add(Drop(name="a"))
    with pytest.raises(NameTakenError), first:
        pass
    assert second.is_set


def test_entries_that_are_looked_up_are_blocks_too():
    gate = TcpGate("localhost:1")
    gate.to_server.set(Stall(), Latency(delay=1))
    for entry in gate.to_server.entries:
        with entry:
            pass
    assert gate.is_healed


def test_a_custom_fault_can_be_set_anew(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        loud = gate.to_client.add(Custom(bytes.upper))
        for _ in range(3):
            with loud:
                assert ask(connect(gate)) == b"PING"
            assert ask(connect(gate)) == b"ping"


@pytest.mark.parametrize("kind", [TcpGate, aio.TcpGate])
def test_a_block_may_be_asynchronous(kind: Any, run: Run[None]):
    async def block() -> None:
        gate = kind("localhost:1")
        async with gate.to_server.add(Stall()) as stall:
            assert names(gate.to_server) == ["stall"]
        assert gate.is_healed
        async with stall:
            assert stall.is_set
        assert gate.is_healed

    run(block())


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
