"""All gates of the process, of every kind, and what is set on each. It costs nothing before there is one."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chaosgate._natives import Gate

State = Counter[str]
"""What is set on a gate, as a report says it."""


def engine_is_loaded() -> bool:
    """Whether anything in this process wanted a gate."""
    return "chaosgate._living" in sys.modules


def living() -> list[tuple[Gate, str]]:
    """The gates of this process that anybody has, and their names."""
    if not engine_is_loaded():
        return []
    from chaosgate._living import gates

    return [(gate, name) for gate, name in gates() if _answers(gate)]


def _answers(gate: Gate) -> bool:
    """Whether it can be asked: not what a fork has inherited, nor a gate that its daemon has no more."""
    from chaosgate import ForkedError, NoSuchGateError, UnreachableError  # It is loaded: there is a gate.

    try:
        return gate.seed >= 0
    except (ForkedError, NoSuchGateError, UnreachableError):
        return False


def state_of(gate: Gate) -> State:
    """What keeps it from passing all traffic of all clients."""
    state = [f"to_server {fault}" for fault in gate.to_server.list()]
    state += [f"to_client {fault}" for fault in gate.to_client.list()]
    if gate.accepting != "accept":
        state.append(f"accepting {gate.accepting}")
    # One that has never been started has no address.
    if not gate.is_running and gate.addresses:
        state.append(STOPPED)
    return Counter(state)


STOPPED = "its listener closed"
