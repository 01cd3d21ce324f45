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
        self._begin: WeakKeyDictionary[Gate[Any], float] = WeakKeyDictionary()

    def add(self, gate: Gate[Any]) -> None:
        self._begin.setdefault(gate, 0.0)

    def begin(self) -> None:
        """A test begins: what has happened until now is not its."""
        for gate in list(self._begin):
            self._begin[gate] = gate.age

    def shown(self) -> list[tuple[str, str]]:
        """The gates at which something has happened since, and what."""
        timelines = []
        for gate, begin in self._begin.items():
            events = gate.events_since(begin)
            if events:
                timelines.append((gate.name, "\n".join(map(str, events))))
        return timelines


TIMELINES = pytest.StashKey[Timelines]()
