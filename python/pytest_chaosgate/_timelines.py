"""What happened at the gates during a test, for the report of one that has failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pytest_chaosgate._leaks import Leaks
from pytest_chaosgate._states import STOPPED, living, state_of

if TYPE_CHECKING:
    from chaosgate._natives import Gate

LINES = 40
"""How many events of a gate are shown, the last ones."""


class Timelines:
    """What was set on each gate before a test, and how many of its events belong to earlier ones."""

    def __init__(self, leaks: Leaks) -> None:
        self._leaks = leaks
        self._earlier: WeakKeyDictionary[Gate, int] = WeakKeyDictionary()
        self._before: WeakKeyDictionary[Gate, list[str]] = WeakKeyDictionary()

    def begin(self) -> None:
        """A test begins: what has happened until now is not its."""
        self._before.clear()
        for gate, _ in living():
            self._earlier[gate] = gate.event_count
            self._before[gate] = list(self._told(gate))

    def _told(self, gate: Gate) -> Iterator[str]:
        state = state_of(gate)
        for thing in state.elements():
            who = self._leaks.who_left(gate, thing)
            # A gate whose time is over is no news, whatever is set on it.
            if who or STOPPED not in state:
                yield f"before the test: {thing}{f', left by {who}' if who else ''}"

    def shown(self) -> list[tuple[str, str]]:
        """The gates that something was set on, or at which something has happened, and what."""
        timelines = []
        for gate, name in living():
            events = [event["text"] for event in gate.events_since(self._earlier.get(gate, 0))]
            left_out = len(events) - LINES
            if left_out > 0:
                events[:left_out] = [f"({left_out} events came before)"]
            if lines := self._before.get(gate, []) + events:
                timelines.append((name, "\n".join(lines)))
        return timelines

    def have_been_shown(self) -> None:
        """What has been shown need not be shown again, if more of the same test fails."""
        self.begin()
        self._before.clear()


def hide_own_frames() -> None:
    """Has tracebacks end where a test calls this package: what is inside concerns nobody else."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "chaosgate":
            module.__dict__["__tracebackhide__"] = True
