"""The plugin for pytest: gates that stay while the service runs, and a healed one for each test.

It sets none of the options of pytest or of other plugins, and imports the engine only when a test wants a
gate. A test suite has two fixtures for each server::

    @pytest.fixture(scope="session")
    def database_gate(chaosgate_gates):
        return chaosgate_gates(TcpGate, "localhost:5432", name="database")

    @pytest.fixture
    def database(database_gate, chaosgate_healed):
        return chaosgate_healed(database_gate)
"""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from pytest_chaosgate._gates import Gates, Healed
from pytest_chaosgate._timelines import TIMELINES, Timelines

__all__ = ["Gates", "Healed"]

_HELP_SEED = "where every decision of chance of the gates comes from; drawn and shown by default"
_HELP_LEAK = "fail a test that has left a fault on a gate, or a gate that does not accept"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chaosgate", "network that fails on command")
    group.addoption("--chaosgate-seed", type=int, metavar="NUMBER", help=_HELP_SEED)
    group.addoption("--chaosgate-fail-on-leak", action="store_true", help=_HELP_LEAK)
    parser.addini("chaosgate_fail_on_leak", _HELP_LEAK, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    given: int | None = config.option.chaosgate_seed
    # A worker of pytest-xdist has that of the run.
    given = getattr(config, "workerinput", {}).get("chaosgate_seed", given)
    config.option.chaosgate_seed = random.SystemRandom().getrandbits(32) if given is None else given
    config.stash[TIMELINES] = Timelines()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401  # pytest-xdist need not be there
    node.workerinput["chaosgate_seed"] = node.config.option.chaosgate_seed


def pytest_report_header(config: pytest.Config) -> str:
    return f"chaosgate: --chaosgate-seed={config.option.chaosgate_seed}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[TIMELINES].begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        seed = item.config.option.chaosgate_seed
        for name, timeline in item.config.stash[TIMELINES].shown():
            report.sections.append((f"chaosgate {name} (--chaosgate-seed={seed})", timeline))
    return report


@pytest.fixture(scope="session")
def chaosgate_seed(pytestconfig: pytest.Config) -> int:
    """The seed of this run, as `--chaosgate-seed` has it."""
    seed: int = pytestconfig.option.chaosgate_seed
    return seed


@pytest.fixture(scope="session")
def chaosgate_gates(pytestconfig: pytest.Config, chaosgate_seed: int) -> Iterator[Gates]:
    """Makes gates and starts them: ``chaosgate_gates(TcpGate, "localhost:5432", name="database")``.

    They stay until the session ends. The class may be any of the four, of `chaosgate` or
    `chaosgate.aio`; the arguments are its own. A gate's seed is made from that of the run and its name, or
    from how many were made before, if it has none.
    """
    gates = Gates(chaosgate_seed, pytestconfig.stash[TIMELINES])
    with gates:
        yield gates


@pytest.fixture
def chaosgate_healed(pytestconfig: pytest.Config) -> Iterator[Healed]:
    """Hands a gate out healed, and heals it after the test: ``chaosgate_healed(gate)``.

    With ``--chaosgate-fail-on-leak``, or ``chaosgate_fail_on_leak`` in the configuration, a test fails
    that leaves a fault or a way of accepting set.
    """
    healed = Healed(pytestconfig.stash[TIMELINES])
    yield healed
    leaks = healed.end()
    asked = pytestconfig.option.chaosgate_fail_on_leak or pytestconfig.getini("chaosgate_fail_on_leak")
    if leaks and asked:
        pytest.fail("\n".join(leaks), pytrace=False)
