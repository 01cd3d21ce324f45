"""The plugin for pytest, beside others and alone, in test runs of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from plugin import Results

SYNC = """
from chaosgate import Latency, Refuse, Stall
from conftest import ask

def test_leaves_faults(database):
    database.to_client.set(Latency(delay="1ms"))
    database.accepting = Refuse

def test_is_handed_out_healed(database):
    assert database.is_healed
    assert ask(database) == b"ping"
"""

ASYNC = """
import asyncio, pytest
from chaosgate import aio, Latency

@pytest.fixture(scope="session")
def aio_gate(chaosgate_gates, echo):
    return chaosgate_gates(aio.TcpGate, echo, name="aio")

@pytest.fixture
def gate(aio_gate, chaosgate_healed):
    return chaosgate_healed(aio_gate)

async def talk(gate):
    reader, writer = await asyncio.open_connection(*gate.address)
    writer.write(b"ping")
    answer = await reader.readexactly(4)
    writer.close()
    return answer

@pytest.mark.parametrize("again", [1, 2, 3])
async def test_one_gate_serves_tests_with_loops_of_their_own(gate, again):
    with gate.to_client.fault(Latency(delay="1ms")) as slow:
        assert await talk(gate) == b"ping"
        await slow.wait_for_hits(1, within=9)
    assert await gate.assert_recovers(lambda: talk(gate), within=9) > 0
"""

ANYIO = """
pytestmark = pytest.mark.anyio
@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


def test_a_gate_is_handed_out_healed_and_healed_afterwards(results: Results):
    results(SYNC, "-W", "error").assert_outcomes(passed=2)


@pytest.mark.parametrize(("scope", "where_it_ends"), [("class", "test_it"), ("module", "test_later")])
def test_a_gate_is_healed_before_the_first_and_after_the_last_test_of_a_scope(
    results: Results, pytester: pytest.Pytester, scope: str, where_it_ends: str
):
    tests = f"""
import pytest
from chaosgate import Latency, Stall
@pytest.fixture(scope="session")
def left(database_gate):
    database_gate.to_client.set(Stall())
@pytest.fixture(scope="{scope}")
def slow(left, database_gate, chaosgate_healed_per_{scope}):
    gate = chaosgate_healed_per_{scope}(database_gate)
    assert gate.is_healed
    gate.to_client.add(Latency(delay="1ms"))
    return gate
class TestOfAScope:
    def test_first(self, slow):
        slow.to_server.add(Stall())
    def test_second(self, slow):
        assert [entry.name for entry in slow.both.entries] == ["stall", "latency"]
"""
    after = """
def test_after(database_gate):
    assert database_gate.is_healed
"""
    sources = {"test_it": tests, "test_later": ""}
    sources[where_it_ends] += after
    pytester.makepyfile(test_later=sources["test_later"])
    results(sources["test_it"]).assert_outcomes(passed=3)


def test_a_gate_that_a_test_has_stopped_runs_again(results: Results):
    tests = """
from conftest import ask
def test_stops(database):
    database.stop()
def test_uses(database):
    assert ask(database) == b"ping"
"""
    results(tests).assert_outcomes(passed=2)


def test_one_gate_that_cannot_be_healed_keeps_no_other_from_it(results: Results):
    tests = """
import pytest, socket
from chaosgate import Refuse, Stall, TcpGate
@pytest.fixture(scope="module")
def gates(chaosgate_gates):
    return [chaosgate_gates(TcpGate, "localhost:1", name=name) for name in "abc"]
def test_leaves(gates, chaosgate_healed):
    for gate in gates:
        chaosgate_healed(gate).to_client.set(Stall())
    gates[1].accepting = Refuse
    global thief
    thief = socket.socket()
    thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    thief.bind(gates[1].address)
    thief.listen()
def test_after(gates):
    thief.close()
    assert [gate.is_healed for gate in gates] == [True, False, True]
"""
    result = results(tests)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*AcceptingError: cannot change from refuse to accept*"])


def test_a_test_that_leaves_a_fault_fails_if_asked(results: Results, pytester: pytest.Pytester):
    result = results(SYNC, "--chaosgate-fail-on-leak")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["gate database was left with to_client latency:delay=1ms, accepting refuse"])
    pytester.makeini("[pytest]\nchaosgate_fail_on_leak = true")
    results(SYNC).assert_outcomes(passed=2, errors=1)


FAILS = """
from chaosgate import Latency
from conftest import ask

def test_before(database):
    with database.to_client.fault(Latency(delay="1ms", name="earlier")):
        ask(database)

def test_fails(database):
    with database.to_client.fault(Latency(delay="1ms", name="slow")):
        ask(database)
        assert database.seed == 0, f"<{database.seed}>"
"""


def test_a_failure_shows_the_timeline_of_its_test_and_the_seed(results: Results):
    result = results(FAILS, "--chaosgate-seed=42")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "chaosgate: --chaosgate-seed=42",
            "*- chaosgate database (--chaosgate-seed=42) -*",
            "*to_client set to latency:delay=1ms,name=slow",
            "*accepted 127.0.0.1:*",
            "*slow to_client hit*",
        ]
    )
    result.stdout.no_fnmatch_line("*earlier*")


def test_the_seed_is_drawn_and_shown_and_repeats_that_of_every_gate(results: Results):
    def seed(result: pytest.RunResult) -> str:
        return result.stdout.str().split("AssertionError: <")[1].split(">")[0]

    drawn = results(FAILS)
    (header,) = [line for line in drawn.outlines if line.startswith("chaosgate: ")]
    assert seed(drawn) == seed(results(FAILS, header.split()[1]))
    assert seed(drawn) != seed(results(FAILS))


def test_a_report_without_events_has_no_section(results: Results):
    result = results("def test_fails(): assert 0")
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*- chaosgate*")


newer_pytest = pytest.mark.skipif(
    pytest.version_tuple < (8,), reason="what it runs beside needs a newer pytest"
)


@pytest.mark.parametrize(
    ("plugin", "arguments", "tests"),
    [
        ("asyncio", ("-o", "asyncio_mode=auto"), ASYNC),
        ("asyncio", ("-o", "asyncio_mode=strict"), ASYNC + "\npytestmark = pytest.mark.asyncio\n"),
        ("anyio", (), ASYNC + ANYIO),
        ("aiohttp", ("-p", "asyncio", "-o", "asyncio_mode=auto"), ASYNC),
        pytest.param(
            "testsuite.pytest_plugin",
            ("-p", "asyncio", "-o", "asyncio_mode=auto"),
            ASYNC,
            marks=newer_pytest,
        ),
    ],
)
def test_it_works_beside_other_plugins(results: Results, plugin: str, arguments: tuple[str, ...], tests: str):
    results(tests, *arguments, plugins=(plugin,)).assert_outcomes(passed=3)


@newer_pytest
def test_it_works_on_uvloop(results: Results):
    policy = """
import uvloop
@pytest.fixture(scope="session")
def event_loop_policy():
    return uvloop.EventLoopPolicy()
async def test_the_loop_is_uvloop():
    assert isinstance(asyncio.get_running_loop(), uvloop.Loop)
"""
    arguments = ("-o", "asyncio_mode=auto", "-W", "ignore::DeprecationWarning")
    results(ASYNC + policy, *arguments, plugins=("asyncio",)).assert_outcomes(passed=4)


def test_workers_of_xdist_have_gates_of_their_own_and_one_seed(results: Results):
    tests = """
import os, pytest
from chaosgate import Stall
from conftest import ask
@pytest.mark.parametrize("again", range(8))
def test_each(database, again, chaosgate_seed):
    assert chaosgate_seed == 7
    assert ask(database) == b"ping"
    database.to_client.add(Stall())
"""
    result = results(tests, "-n", "2", "--chaosgate-seed=7", plugins=("xdist", "xdist.looponfail"))
    result.assert_outcomes(passed=8)


def test_a_drawn_seed_is_that_of_all_workers(results: Results):
    tests = """
import pytest
@pytest.mark.parametrize("again", range(4))
def test_each(chaosgate_seed, again):
    assert 0, f"<{chaosgate_seed}>"
"""
    result = results(tests, "-n", "2", plugins=("xdist", "xdist.looponfail"))
    seeds = {line.split("<")[1] for line in result.outlines if "AssertionError: <" in line}
    assert len(seeds) == 1


def test_a_suite_that_wants_no_gate_does_not_load_the_engine():
    program = "import sys, pytest, pytest_chaosgate; print('chaosgate' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_it_is_found_by_itself_and_sets_no_option_of_others(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    pytester.makepyfile("def test_nothing(chaosgate_seed): pass")
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.runpytest_subprocess("-o", "addopts=").assert_outcomes(passed=1)
