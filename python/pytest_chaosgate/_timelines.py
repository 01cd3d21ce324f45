"""What happened at the gates during a test, for the report of one that has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pytest

if TYPE_CHECKING:
    from chaosgate import Gate


class Timelines:
    """The gates of a session, and up to when their events belong to an earlier test."""

    def __init__(self) -> None:
        self._before: WeakKeyDictionary[Gate[Any], float] = WeakKeyDictionary()

    def add(self, gate: Gate[Any]) -> None:
        self._before.setdefault(gate, -1.0)

    def begin(self) -> None:
        """A test begins: what has happened until now is not its."""
        for gate in list(self._before):
            self._before[gate] = max((event.at for event in gate.events), default=-1.0)

    def shown(self) -> list[tuple[str, str]]:
        """The gates at which something has happened since, and what."""
        timelines = []
        for gate, before in self._before.items():
            lines = [str(event) for event in gate.events if event.at > before]
            if lines:
                timelines.append((gate.name, "\n".join(lines)))
        return timelines


GATES = pytest.StashKey[Timelines]()
