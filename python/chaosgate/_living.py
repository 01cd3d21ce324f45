"""The gates that this process has made, for who looks at all of them: the plugin for pytest."""

from __future__ import annotations

import sys
import threading
import weakref
from typing import Protocol

from chaosgate import _natives


class Watcher(Protocol):
    """A test run. It is there before this package is loaded, if it is."""

    def seed_for(self, name: str | None) -> int:
        """The seed of a gate that is being made without one, under this name if it is given one."""
        ...


_gates: weakref.WeakKeyDictionary[_natives.Gate, str] = weakref.WeakKeyDictionary()
_changing = threading.Lock()


def add(gate: _natives.Gate, name: str) -> None:
    """A gate has been made. It is listed as long as anybody has it."""
    with _changing:
        _gates[gate] = name


def gates() -> list[tuple[_natives.Gate, str]]:
    """All gates that anybody has, with their names, in the order in which they were made."""
    with _changing:
        return list(_gates.items())


def seed_for(name: str | None) -> int | None:
    """What the test run that is going on would have a gate draw from; without one, the engine draws."""
    runs = sys.modules.get("pytest_chaosgate._run")
    watcher: Watcher | None = runs.current() if runs else None
    return watcher.seed_for(name) if watcher else None
