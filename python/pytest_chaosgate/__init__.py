"""The plugin for pytest: gates that stay while the service runs, and a healed one for each test.

It sets none of the options of pytest or of other plugins, and imports the engine only when a test wants a
gate. A test suite has two fixtures for each server::

    @pytest.fixture(scope="session")
    def database_gate(chaosgate_gates):
        return chaosgate_gates(TcpGate, "localhost:5432", name="database")

    @pytest.fixture
    def database(database_gate, chaosgate_healed):
        return chaosgate_healed(database_gate)

| to find | look in |
|---|---|
| what the fixtures give | ``_gates.py``, and from a daemon: ``_elsewhere.py`` |
| what gates draw from | ``_draws.py`` |
| what a test has left set | ``_leaks.py``, and what is set on a gate: ``_states.py`` |
| what the report of a failure shows | ``_timelines.py`` |
| all of it, for one run | ``_run.py`` |
"""

from __future__ import annotations

import random
from argparse import ArgumentTypeError
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from pytest_chaosgate._gates import Gates, Healed
from pytest_chaosgate._run import RUN, Run

if TYPE_CHECKING:
    from pluggy import Result

__all__ = ["Gates", "Healed"]

_HELP_SEED = "where every decision of chance of the gates comes from; drawn and shown by default"
_HELP_URL = "have chaosgate_gates make its gates at the daemon there, such as http://localhost:8474"
_HELP_LEAK = "fail a test that leaves a fault on a gate, or a gate that does not accept or is stopped"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chaosgate", "network that fails on command")
    group.addoption("--chaosgate-seed", type=_seed, metavar="NUMBER", help=_HELP_SEED)
    group.addoption("--chaosgate-fail-on-leak", action="store_true", help=_HELP_LEAK)
    group.addoption("--chaosgate-url", metavar="URL", help=_HELP_URL)
    parser.addini("chaosgate_fail_on_leak", _HELP_LEAK, type="bool", default=False)


def _seed(given: str) -> int:
    if given.isascii() and given.isdecimal() and int(given) < 2**64:
        return int(given)
    raise ArgumentTypeError(f"seed is {given}: it must be a whole number from 0 to 2**64 - 1")


def pytest_configure(config: pytest.Config) -> None:
    given: int | None = config.option.chaosgate_seed
    # A worker of pytest-xdist has that of the run.
    given = getattr(config, "workerinput", {}).get("chaosgate_seed", given)
    # As the engine draws one: a longer one would not be exact where numbers are floats.
    config.option.chaosgate_seed = random.SystemRandom().getrandbits(53) if given is None else given
    config.stash[RUN] = Run(config.option.chaosgate_seed)
    config.stash[RUN].begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if run := config.stash.get(RUN, None):
        run.end()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401  # pytest-xdist need not be there
    node.workerinput["chaosgate_seed"] = node.config.option.chaosgate_seed


def pytest_report_header(config: pytest.Config) -> str:
    url = config.option.chaosgate_url
    where = f" --chaosgate-url={url}" if url else ""
    return f"chaosgate: --chaosgate-seed={config.option.chaosgate_seed}{where}"


# What wraps other hooks does so in the older way, which every pytest since 7 knows.


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    run = item.config.stash[RUN]
    run.timelines.begin()
    run.draws.begin_test(item.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    item.config.stash[RUN].draws.begin_body(item.nodeid)


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, None, None]:
    run = request.config.stash[RUN]
    name = f"{fixturedef.baseid}::{fixturedef.argname}[{getattr(request, 'param_index', 0)}]"
    with ExitStack() as setting_up:
        setting_up.enter_context(run.draws.making(name))
        if fixturedef.scope != "function":
            setting_up.enter_context(run.draws.setting_up())
            setting_up.enter_context(run.leaks.setting_up(fixturedef, fixturedef.argname))
        yield


def pytest_fixture_post_finalizer(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    request.config.stash[RUN].leaks.torn_down(fixturedef)


@pytest.fixture(autouse=True)
def _chaosgate_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Begins before the fixtures that are a test's own, and ends between them and those of a wider scope."""
    leaks = request.config.stash[RUN].leaks
    leaks.begin()
    yield
    leaks.end(request.node.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Comes after all fixtures that have ended with the test."""
    leaks = item.config.stash[RUN].leaks.found()
    asked = item.config.option.chaosgate_fail_on_leak or item.config.getini("chaosgate_fail_on_leak")
    if leaks and asked:
        pytest.fail("\n".join(leaks), pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Result[pytest.TestReport], None]:
    run = item.config.stash[RUN]
    sections = run.sections_of_failure(call.excinfo.value) if call.excinfo else []
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        report.sections.extend(sections)
        run.timelines.have_been_shown()


@pytest.fixture(scope="session")
def chaosgate_seed(pytestconfig: pytest.Config) -> int:
    """The seed of this run, as `--chaosgate-seed` has it."""
    seed: int = pytestconfig.option.chaosgate_seed
    return seed


@pytest.fixture(scope="session")
def chaosgate_gates(pytestconfig: pytest.Config) -> Iterator[Gates]:
    """Makes gates and starts them: ``chaosgate_gates(TcpGate, "localhost:5432", name="database")``.

    They stay until the session ends. The class may be any of the four, of `chaosgate` or
    `chaosgate.aio`; the arguments are its own. With ``--chaosgate-url`` they are gates of the daemon there,
    `RemoteGate`, and are removed from it when the session ends.
    """
    with Gates(pytestconfig.option.chaosgate_url) as gates:
        yield gates


@pytest.fixture
def chaosgate_healed(request: pytest.FixtureRequest) -> Iterator[Healed]:
    """Hands a gate out healed, and heals it after the test: ``chaosgate_healed(gate)``.

    With ``--chaosgate-fail-on-leak``, or ``chaosgate_fail_on_leak`` in the configuration, a test fails
    that leaves a fault or a way of accepting set, or a gate stopped: on these, and on all others.
    """
    yield from _healed(request)


@pytest.fixture(scope="class")
def chaosgate_healed_per_class(request: pytest.FixtureRequest) -> Iterator[Healed]:
    """The same for all tests of a class: the gate is healed before the first and after the last."""
    yield from _healed(request)


@pytest.fixture(scope="module")
def chaosgate_healed_per_module(request: pytest.FixtureRequest) -> Iterator[Healed]:
    """The same for all tests of a module: the gate is healed before the first and after the last."""
    yield from _healed(request)


def _healed(request: pytest.FixtureRequest) -> Iterator[Healed]:
    healed = Healed(request.config.stash[RUN].leaks, request.node.nodeid)
    yield healed
    healed.end()
