"""What gates draw in a test: the same alone as among others, for one seed."""

from __future__ import annotations

import pytest
from plugin import Results

TESTS = """
import pathlib, pytest, socket
from chaosgate import CloseOnData, Corrupt, TcpGate, aio, chaos
from conftest import ask

MANY = 16

@pytest.fixture
def note(request):
    def note(*drawn):
        pathlib.Path(f"{request.node.name}.drawn").write_text(repr(drawn))
    return note

@pytest.fixture(scope="session")
def unnamed(chaosgate_gates, echo):
    return chaosgate_gates(TcpGate, echo)

@pytest.fixture(scope="session")
def unnamed_too(chaosgate_gates, echo):
    return chaosgate_gates(TcpGate, echo)

@pytest.fixture(scope="module")
def pool(unnamed):
    clients = [socket.create_connection(unnamed.address, timeout=9) for _ in range(MANY)]
    unnamed.wait_for_connections(MANY, within=9)
    yield clients
    for client in clients:
        client.close()

@pytest.fixture
def in_setup(unnamed):
    return closed(unnamed)

def closed(gate):
    with gate.to_server.add(CloseOnData(probability=0.5)):
        return [ask(gate) for _ in range(MANY)]

def corrupted(gate, clients):
    def answer(client):
        client.sendall(b"ping")
        return client.recv(4)
    with gate.to_server.add(Corrupt(probability=0.5)):
        return [answer(client) for client in clients]

def test_named(database, note):
    note(closed(database))

def test_named_again(database, note):
    note(closed(database))

@pytest.mark.parametrize("times", [1, 2])
def test_a_parameter_makes_another_test(database, note, times):
    note([closed(database) for _ in range(times)])

def test_unnamed_too(unnamed_too, note):
    note(closed(unnamed_too))

def test_unnamed(in_setup, unnamed, note):
    note(in_setup, closed(unnamed))

def test_pool(pool, unnamed, note):
    note(corrupted(unnamed, pool), closed(unnamed))

def test_pool_again(pool, in_setup, unnamed, note):
    note(in_setup, corrupted(unnamed, pool))

def test_by_hand(echo, note):
    with TcpGate(echo) as one, TcpGate(echo) as two:
        note(closed(one), closed(two))

def test_one_name(echo, note):
    with TcpGate(echo, name="a") as one, TcpGate(echo, name="a") as two:
        note(closed(one), closed(two))

def test_a_seed_of_its_own(echo, note):
    with TcpGate(echo, seed=3) as gate:
        note(closed(gate))
"""

NAMES = [
    "test_named",
    "test_named_again",
    "test_a_parameter_makes_another_test[1]",
    "test_a_parameter_makes_another_test[2]",
    "test_unnamed_too",
    "test_unnamed",
    "test_pool",
    "test_pool_again",
    "test_by_hand",
    "test_one_name",
    "test_a_seed_of_its_own",
]


def drawn(pytester: pytest.Pytester) -> dict[str, str]:
    """What each test that has run has drawn."""
    files = pytester.path.glob("*.drawn")
    texts = {file.name.removesuffix(".drawn"): file.read_text() for file in files}
    for file in pytester.path.glob("*.drawn"):
        file.unlink()
    return texts


def test_a_test_draws_alone_as_it_does_among_others(results: Results, pytester: pytest.Pytester):
    results(TESTS, "--chaosgate-seed=5").assert_outcomes(passed=len(NAMES))
    together = drawn(pytester)
    assert sorted(together) == sorted(NAMES)
    for name in NAMES:
        results(TESTS, "--chaosgate-seed=5", f"test_it.py::{name}").assert_outcomes(passed=1)
        assert drawn(pytester) == {name: together[name]}
    results(TESTS, "--chaosgate-seed=6").assert_outcomes(passed=len(NAMES))
    other = drawn(pytester)
    same = [name for name in NAMES if other[name] == together[name]]
    assert same == ["test_a_seed_of_its_own"]


def test_no_two_tests_and_no_two_gates_share_draws(results: Results, pytester: pytest.Pytester):
    results(TESTS, "--chaosgate-seed=5").assert_outcomes(passed=len(NAMES))
    together = drawn(pytester)
    alone = [draws for name in NAMES for draws in eval(together[name])]
    # Of that which was drawn twice in one test, each is a list of answers too.
    assert len({repr(draws) for draws in alone}) == len(alone)


@pytest.mark.parametrize("wrong", ["-1", "1.5", str(2**64), "soon", "nan"])
def test_a_seed_that_is_none_is_refused_with_its_bounds(results: Results, wrong: str):
    result = results("def test_it(): pass", f"--chaosgate-seed={wrong}")
    result.stderr.fnmatch_lines([f"*seed is {wrong}: it must be a whole number from 0 to 2[*][*]64 - 1*"])


def test_a_seed_of_64_bits_is_taken_as_it_is(results: Results):
    test = "def test_it(chaosgate_seed): assert chaosgate_seed == 2**64 - 1"
    results(test, f"--chaosgate-seed={2**64 - 1}").assert_outcomes(passed=1)


def test_seeds_that_are_drawn_or_derived_are_exact_where_numbers_are_floats(results: Results):
    tests = """
import pytest
from chaosgate import TcpGate
@pytest.mark.parametrize("again", range(50))
def test_derived(again):
    assert TcpGate("localhost:1").seed < 2**53
def test_drawn(chaosgate_seed):
    assert chaosgate_seed < 2**53
"""
    results(tests).assert_outcomes(passed=51)
