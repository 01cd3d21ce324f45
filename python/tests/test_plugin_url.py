"""The plugin for pytest with `--chaosgate-url`: the gates of a suite are those of a daemon."""

from __future__ import annotations

import pytest
from chaosgate import Client
from plugin import Results

SUITE = """
import asyncio, pytest
from chaosgate import AnyGate, Refuse, Stall, UdpGate, aio
from conftest import ask

def test_passes(database):
    assert ask(database) == b"ping"
    assert database.name == "database"

def test_leaves_what_is_healed(database):
    database.to_client.add(Stall())
    database.accepting = Refuse

def test_is_handed_out_healed(database):
    assert database.is_healed
    with database.both.add("latency:delay=1ms") as slow:
        assert ask(database) == b"ping"
        slow.wait_for_hits(2, within=9)
    assert database.assert_recovers(lambda: ask(database), within=9) >= 0
"""


@pytest.fixture
def url(daemon: Client) -> str:
    return f"--chaosgate-url={daemon.url}"


def test_one_suite_passes_with_gates_of_the_process_and_with_those_of_a_daemon(
    results: Results, url: str, daemon: Client
):
    for options in ([], [url]):
        result = results(SUITE, "-W", "error", *options)
        result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines([f"chaosgate: --chaosgate-seed=* {url}"])
    assert daemon.gates() == [], "they are removed when the session ends"


def test_what_a_test_leaves_on_a_gate_of_a_daemon_is_found_and_told(results: Results, url: str):
    result = results(SUITE, "-v", url, "--chaosgate-fail-on-leak")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*::test_leaves_what_is_healed ERROR*",
            "gate database was left with to_client stall, accepting refuse",
        ]
    )


def test_the_report_of_a_failure_shows_what_happened_at_the_daemon(results: Results, url: str):
    tests = SUITE + "def test_fails(database): ask(database); assert not database.to_client.add(Stall())\n"
    result = results(tests, url)
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        ["*- chaosgate database (*", "+*s #* accepted 127.0.0.1:*", "*to_client set to stall"]
    )
    assert "connected to" in result.stdout.str()


AIO = """
import asyncio, pytest
from chaosgate import aio

@pytest.fixture(scope="session")
def gates(chaosgate_gates, echo):
    return chaosgate_gates(aio.TcpGate, echo, name="aio"), chaosgate_gates(aio.UdpGate, *echo)

def test_is_awaited(gates, chaosgate_healed):
    tcp, udp = map(chaosgate_healed, gates)
    async def test():
        async with tcp.to_client.add("latency:delay=1ms") as slow, udp.both.add("loss:ratio=1"):
            reader, writer = await asyncio.open_connection(tcp.host, tcp.port)
            writer.write(b"ping")
            assert await reader.readexactly(4) == b"ping"
            await slow.wait_for_hits(1, within=9)
            writer.close()
        await tcp.to_server.add("stall")
    asyncio.run(test())

def test_is_healed(gates, chaosgate_healed):
    assert asyncio.run(reads(chaosgate_healed(gates[0])))

async def reads(gate):
    return await gate.is_healed
"""


def test_gates_for_asyncio_are_awaited(results: Results, url: str):
    results(AIO, "-W", "error", url).assert_outcomes(passed=2)


def test_a_gate_that_a_daemon_cannot_have_is_refused(results: Results, url: str):
    result = results("def test_it(chaosgate_gates): chaosgate_gates(dict)", url)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*OptionError: kind is <class 'dict'>: a daemon has gates of TcpGate and*"])


def test_a_daemon_that_is_not_there_is_told(results: Results):
    result = results(SUITE, "--chaosgate-url=localhost:1")
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines(["*UnreachableError: no daemon answers at localhost:1: *"])


def test_a_daemon_that_ends_fails_the_tests_that_need_it_and_no_others(results: Results, url: str):
    tests = """
def test_removes(database_gate): database_gate.remove()
def test_needs_it(database): pass
def test_needs_nothing(): pass
"""
    result = results(tests, url)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*NoSuchGateError: the daemon has no gate 'database'*"])


def test_workers_of_xdist_have_gates_of_their_own(results: Results, url: str):
    tests = """
import pytest
@pytest.mark.parametrize("again", range(8))
def test_it(database, again):
    assert database.name.startswith("database of gw")
"""
    results(tests, url, "-n", "2", plugins=("xdist", "xdist.looponfail")).assert_outcomes(passed=8)


def test_a_seed_decides_what_the_gates_of_a_daemon_draw(results: Results, url: str):
    tests = """
def test_seed(database_gate):
    print("of the gate:", database_gate.seed)
"""
    seeds = []
    for options in ([], [url]):
        output = results(tests, "-s", "--chaosgate-seed=7", *options).stdout.str()
        seeds.append(output.partition("of the gate:")[2].split()[0])
    assert seeds[0] == seeds[1]
