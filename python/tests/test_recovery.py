"""Whether a service recovers."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from chaosgate import (
    Blackhole,
    Drop,
    Latency,
    NotRecoveredError,
    OptionError,
    ProbeError,
    Refuse,
    Stall,
    TcpGate,
    aio,
)
from conftest import PATIENCE, Connect, Run, ask

Address = tuple[str, int]


class Flaky:
    """A probe that fails and succeeds as it is told: a letter for each call, and then it succeeds."""

    def __init__(self, script: str) -> None:
        self.script = iter(script)
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        if next(self.script, "+") == "-":
            raise ConnectionError(f"call {self.calls}")

    async def awaited(self) -> None:
        self()


def test_a_gate_is_healed_and_the_time_to_recover_is_given(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        gate.both.set(Stall())
        gate.accepting = Refuse
        begin = time.monotonic()
        recovered = gate.assert_recovers(lambda: ask(connect(gate)), within=PATIENCE)
        assert 0 < recovered <= time.monotonic() - begin
        assert gate.is_healed
        assert gate.totals.connected == 3, "three in a row"


@pytest.mark.parametrize(
    ("script", "streak", "calls"),
    [("", 3, 3), ("--", 3, 5), ("++-", 3, 6), ("-+-+-", 1, 2), ("+-", 2, 4)],
)
def test_only_a_streak_of_successes_counts(script: str, streak: int, calls: int, run: Run[float]):
    probe = Flaky(script)
    TcpGate("localhost:1").assert_recovers(probe, within=PATIENCE, streak=streak, pause=0)
    assert probe.calls == calls
    probe = Flaky(script)
    gate = aio.TcpGate("localhost:1")
    run(gate.assert_recovers(probe.awaited, within=PATIENCE, streak=streak, pause=0))
    assert probe.calls == calls


def test_a_service_that_does_not_recover_fails_the_test_with_the_timeline(echo: Address):
    with TcpGate(echo, name="db", seed=7) as gate:
        gate.to_client.set(Latency(delay=9))
        gate.to_client.set(Stall())
        with pytest.raises(NotRecoveredError) as failure:
            gate.assert_recovers(Flaky("-" * 100_000), within="50ms")
        assert failure.value.elapsed >= 0.05
        assert failure.value.attempts >= 1
        assert isinstance(failure.value.__cause__, ConnectionError)
        message = str(failure.value)
        assert message.startswith("not recovered within 0.05 s of healing db:")
        assert "ConnectionError('call " in message
        assert "(seed 7)" in message
        assert failure.value.timeline.endswith("to_client passes")
        assert "latency" not in failure.value.timeline, "that was before"


def test_a_stream_with_a_hole_is_named_and_one_that_is_whole_is_not(echo: Address, connect: Connect):
    for fault, is_named in [(Drop(), True), (Blackhole(), False)]:
        with TcpGate(echo) as gate:
            client = connect(gate)
            entry = gate.to_server.add(fault)
            client.sendall(b"hello")
            entry.wait_for_hits(1)
            with pytest.raises(NotRecoveredError) as failure:
                gate.assert_recovers(Flaky("-" * 100_000), within="50ms")
            named = "connection 1 goes on without 5 bytes on their way to the server"
            assert (named in str(failure.value)) == is_named


def test_a_probe_that_answers_too_late_has_not_recovered():
    def late() -> None:
        time.sleep(0.02)

    with pytest.raises(NotRecoveredError, match="answered only after"):
        TcpGate("localhost:1").assert_recovers(late, within="10ms")


def test_a_probe_that_hangs_is_cancelled_by_asyncio(run: Run[float]):
    gate = aio.TcpGate("localhost:1")

    async def hang() -> None:
        await asyncio.sleep(PATIENCE)

    begin = time.monotonic()
    with pytest.raises(
        NotRecoveredError,
        match="the last one had not answered by then\nwhat happened at the gate .*\nnothing",
    ):
        run(gate.assert_recovers(hang, within=0.05))
    assert time.monotonic() - begin < PATIENCE


def test_a_probe_that_returns_false_has_failed():
    answers = iter([False, True, None, 0])
    gate = TcpGate("localhost:1")
    assert gate.assert_recovers(lambda: next(answers), within=PATIENCE, pause=0) > 0
    with pytest.raises(NotRecoveredError, match="the probe returned False"):
        gate.assert_recovers(lambda: False, within=0)


def test_what_is_no_test_failure_comes_through():
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TcpGate("localhost:1").assert_recovers(interrupted)


def test_wrong_arguments_change_nothing():
    gate = TcpGate("localhost:1")
    gate.to_client.set(Stall())
    with pytest.raises(OptionError, match="streak is 0: it must be a whole number from 1"):
        gate.assert_recovers(lambda: None, streak=0)
    for wrong in ({"within": -1}, {"pause": "soon"}):
        with pytest.raises(OptionError, match="365d"):
            gate.assert_recovers(lambda: None, **wrong)  # type: ignore[arg-type]
    assert not gate.is_healed


async def never_awaited() -> None:
    raise AssertionError("it is dead")


class Asks:
    async def __call__(self) -> None:
        raise AssertionError("it is dead")


def yields() -> Iterator[None]:
    yield
    raise AssertionError("it is dead")


async def yields_async() -> AsyncIterator[None]:
    yield
    raise AssertionError("it is dead")


@pytest.mark.parametrize(
    ("probe", "what"),
    [
        (never_awaited, "the probe never_awaited gave an awaitable, .* a gate of chaosgate.aio awaits"),
        (lambda: never_awaited(), "the probe <lambda> gave an awaitable"),
        (functools.partial(never_awaited), "gave an awaitable"),
        (Asks(), "gave an awaitable"),
        (yields, "the probe yields gave a generator"),
        (yields_async, "the probe yields_async gave a generator"),
        (lambda needed: None, "<lambda>.*: it cannot be called with no arguments: missing .* 'needed'"),
        (True, "the probe is True: it is no function"),
        (None, "the probe is None: it is no function"),
    ],
)
def test_what_has_asked_nothing_is_no_proof(probe: Any, what: str):
    with pytest.raises(ProbeError, match=what):
        TcpGate("localhost:1").assert_recovers(probe, within=PATIENCE)


@pytest.mark.parametrize("probe", [yields, yields_async, lambda needed: None, True])
def test_what_has_asked_nothing_is_no_proof_with_asyncio_either(probe: Any, run: Run[float]):
    with pytest.raises(ProbeError):
        run(aio.TcpGate("localhost:1").assert_recovers(probe, within=PATIENCE))


def test_an_asyncio_gate_takes_plain_functions_too(run: Run[float]):
    gate = aio.TcpGate("localhost:1")
    assert run(gate.assert_recovers(lambda: True, within=PATIENCE)) > 0
    assert run(gate.assert_recovers(Flaky("--"), within=PATIENCE, pause=0)) > 0
    with pytest.raises(NotRecoveredError, match="the probe returned False"):
        run(gate.assert_recovers(lambda: False, within=0))


@pytest.mark.parametrize(
    "mistake", [NameError, UnboundLocalError, ImportError, ModuleNotFoundError, SyntaxError]
)
def test_a_mistake_that_no_recovery_mends_comes_through_at_once(mistake: type[Exception], run: Run[float]):
    calls = 0

    def probe() -> None:
        nonlocal calls
        calls += 1
        raise mistake

    async def awaited() -> None:
        probe()

    with pytest.raises(mistake):
        TcpGate("localhost:1").assert_recovers(probe, within=PATIENCE)
    with pytest.raises(mistake):
        run(aio.TcpGate("localhost:1").assert_recovers(awaited, within=PATIENCE))
    assert calls == 2


def raises(*errors: Exception) -> Any:
    """A probe that raises each in turn, and the last for ever."""
    left = list(errors)

    def probe() -> None:
        raise left[0] if len(left) == 1 else left.pop(0)

    return probe


@pytest.mark.parametrize(
    ("errors", "is_asked"),
    [
        ([TypeError("no")], True),
        ([AttributeError("no")], True),
        ([ConnectionError("no")], False),
        ([TypeError("one"), TypeError("another")], False),
        ([ConnectionError("no"), AttributeError("no")], False),
    ],
)
def test_one_and_the_same_mistake_each_time_has_the_report_ask(errors: list[Exception], is_asked: bool):
    with pytest.raises(NotRecoveredError) as failure:
        TcpGate("localhost:1").assert_recovers(raises(*errors), within="50ms", pause=0)
    assert ("is the probe wrong?" in str(failure.value)) is is_asked


def test_a_wrong_probe_changes_nothing():
    gate = TcpGate("localhost:1")
    gate.to_client.set(Stall())
    with pytest.raises(ProbeError):
        gate.assert_recovers(lambda needed: None)  # type: ignore[arg-type,misc]
    assert not gate.is_healed
