"""What tests leave set on gates: found, told, and blamed on those who have left it."""

from __future__ import annotations

import pytest
from plugin import Results

GATES = """
import pytest, socket
from chaosgate import Latency, Refuse, Stall, TcpGate, aio, chaos
from conftest import ask

@pytest.fixture(scope="session")
def chaos_gate(echo):
    import asyncio
    loop = asyncio.new_event_loop()
    gate = chaos.TcpGate(chaos.GateRoute("chaos", *echo), loop)
    gate.start()
    yield gate
    loop.run_until_complete(gate.stop())
    loop.close()

@pytest.fixture(scope="session")
def aio_gate(chaosgate_gates, echo):
    return chaosgate_gates(aio.TcpGate, echo, name="aio")
"""

LEAVES = {
    "database_gate.to_client.add(Latency(delay='1ms'))": "database was left with to_client latency:delay=1ms",
    "database_gate.accepting = Refuse": "database was left with accepting refuse",
    "database_gate.stop()": "database was left with its listener closed",
    "aio_gate.both.add(Stall())": "aio was left with to_server stall, to_client stall",
    "chaos_gate.to_server_drop()": "chaos was left with to_server drop*",
    "chaos_gate._gate.set_accepting('hold')": "chaos was left with accepting hold",
    "hand().to_client.add(Stall())": "by hand was left with to_client stall",
}


@pytest.mark.parametrize("leave", LEAVES)
def test_the_test_that_leaves_something_is_the_one_that_fails(results: Results, leave: str):
    tests = f"""{GATES}
HANDS = []
def hand():
    HANDS.append(TcpGate("localhost:1", name="by hand"))
    HANDS[-1].start()
    return HANDS[-1]
def test_before(database_gate, aio_gate, chaos_gate): pass
def test_leaves(database_gate, aio_gate, chaos_gate):
    {leave}
def test_after(database_gate, aio_gate, chaos_gate): pass
"""
    result = results(tests, "-v", "--chaosgate-fail-on-leak")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*::test_leaves ERROR*", f"gate {LEAVES[leave]}"])
    results(tests).assert_outcomes(passed=3)


def test_what_a_test_and_its_own_fixtures_take_away_is_not_left(results: Results):
    tests = f"""{GATES}
@pytest.fixture
def slow(database_gate):
    with database_gate.to_client.add(Latency(delay="1ms")):
        yield
@pytest.fixture(scope="module", autouse=True)
def slow_module(aio_gate):
    with aio_gate.both.add(Latency(delay="1ms")):
        yield
@pytest.fixture(scope="module")
def slow_when_asked(aio_gate):
    with aio_gate.both.add(Latency(delay="2ms")):
        yield
@pytest.fixture(scope="module")
def of_the_module(echo):
    with TcpGate(echo) as gate:
        gate.accepting = Refuse
        yield
def test_one(slow): pass
def test_other(request):
    request.getfixturevalue("slow_when_asked")
    with TcpGate("localhost:1") as gate:
        gate.both.add(Stall())
def test_third(of_the_module, database_gate):
    database_gate.stop()
    database_gate.start()
def test_last(): pass
"""
    result = results(tests, "--chaosgate-fail-on-leak")
    result.assert_outcomes(passed=4)


def test_a_fixture_of_wider_scope_that_leaves_something_is_named_when_it_ends(results: Results):
    tests = f"""{GATES}
@pytest.fixture(scope="class")
def careless(database_gate):
    database_gate.to_client.add(Latency(delay="1ms"))
class TestIt:
    def test_one(self, careless): pass
    def test_other(self, careless): pass
def test_after(): pass
"""
    result = results(tests, "-v", "--chaosgate-fail-on-leak")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*::test_other ERROR*",
            "fixture careless has left gate database with to_client latency:delay=1ms",
        ]
    )


def test_what_is_left_is_named_in_the_report_of_the_next_failure(results: Results):
    tests = f"""{GATES}
def test_leaves(database_gate):
    database_gate.to_client.add(Latency(delay="1ms"))
def test_between(): pass
def test_fails(database_gate):
    assert ask(database_gate) == b"pong"
"""
    result = results(tests)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- chaosgate database (--chaosgate-seed=*) -*",
            "before the test: to_client latency:delay=1ms, left by test_it.py::test_leaves",
            "*accepted 127.0.0.1:*",
        ]
    )


def test_a_gate_that_has_been_closed_is_no_news_to_those_that_fail_later(results: Results):
    tests = f"""{GATES}
def test_fails():
    with TcpGate("localhost:1", name="closed long ago") as gate:
        gate.to_server.add(Stall())
        assert 0
def test_fails_too(database_gate): ask(database_gate); assert 0
"""
    result = results(tests)
    result.assert_outcomes(failed=2)
    assert str(result.stdout).count("chaosgate closed long ago") == 1, "in the report of the first"


def test_what_a_fixture_has_set_before_is_told_and_nobody_is_blamed(results: Results):
    tests = f"""{GATES}
@pytest.fixture(scope="module")
def slow(database_gate):
    with database_gate.to_client.add(Latency(delay="1ms")):
        yield
def test_before(slow): pass
def test_fails(slow): assert 0
"""
    result = results(tests)
    result.stdout.fnmatch_lines(["before the test: to_client latency:delay=1ms"])


def test_gates_of_every_kind_have_timelines_once_and_with_one_seed(results: Results):
    tests = f"""{GATES}
def test_fails(database_gate, aio_gate, chaos_gate, fails_too):
    with TcpGate("localhost:1", name="by hand") as gate:
        gate.to_client.add(Stall(name="mine"))
        aio_gate.to_client.add(Stall(name="mine"))
        chaos_gate.to_client_noop()
        database_gate.to_client.add(Stall(name="mine"))
        gate.assert_recovers(lambda: False, within=0)
@pytest.fixture
def fails_too():
    yield
    assert 0
def test_in_which_the_gates_go_on(): pass
"""
    result = results(tests, "--chaosgate-seed=7")
    result.assert_outcomes(passed=1, failed=1, errors=1)
    output = result.stdout.str()
    for gate in ("database", "aio", "chaos", "by hand"):
        assert output.count(f"- chaosgate {gate} (--chaosgate-seed=7) -") == 1
    assert output.count("set to stall:name=mine") == 3, "each once"
    assert "what happened" not in output, "nor in the error"
    assert "(seed" not in output


def test_the_last_events_are_shown_and_how_many_came_before(results: Results):
    tests = f"""{GATES}
def test_fails(database_gate):
    for number in range(100):
        with database_gate.to_client.add(Stall(name=f"stall-{{number}}")): pass
    assert 0
"""
    result = results(tests)
    output = result.stdout.str()
    assert "(160 events came before)" in output
    assert output.count("to_client set to") == 20
    assert "stall-99" in output


def test_frames_of_the_package_are_hidden(results: Results):
    tests = f"""{GATES}
def probe():
    raise ConnectionError("down")
def test_not_recovered(database):
    database.assert_recovers(probe, within=0)
def test_no_hits(database):
    database.to_client.add(Stall()).wait_for_hits(within=0)
def test_refused(database):
    database.to_client.add(Latency(delay=-1))
"""
    result = results(tests)
    result.assert_outcomes(failed=3)
    output = result.stdout.str()
    assert "ConnectionError: down" in output
    # An older pytest filters no frames of an error's cause.
    assert "_recovery.py" not in output or pytest.version_tuple < (8,)
    assert "_direction.py" not in output
    assert "_wait.py" not in output
    assert "faults.py" not in output
