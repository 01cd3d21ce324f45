"""What a test has left set on a gate, and who has left what."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pytest_chaosgate._states import STOPPED, State, living, state_of

if TYPE_CHECKING:
    from chaosgate._natives import Gate

States = WeakKeyDictionary["Gate", State]


class Leaks:
    """Looks at every gate of the process before and after a test.

    What was there at its beginning is not its own, nor what a fixture has set that stays for other
    tests: that is looked for when the fixture ends.
    """

    def __init__(self) -> None:
        self._before: States = WeakKeyDictionary()
        self._of_fixtures: dict[object, tuple[str, States]] = {}
        self._blamed: WeakKeyDictionary[Gate, dict[str, str]] = WeakKeyDictionary()
        self._found: list[str] = []

    def begin(self) -> None:
        """A test begins, with all that its fixtures of a wider scope have set."""
        self._found.clear()
        self._before = States({gate: state_of(gate) for gate, _ in living()})

    def know(self, gate: Gate) -> None:
        """What is set on it now is not the test's."""
        self._before[gate] = state_of(gate)

    def end(self, test: str) -> None:
        """It has ended, and so have the fixtures that were its own."""
        if self._left_on_new():
            # What nobody has any more cannot hurt the next test, but may be part of a cycle.
            gc.collect()
        for gate, name in living():
            self.look(gate, name, test)

    def look(self, gate: Gate, name: str, test: str) -> None:
        """Looks at a gate before something heals it, or for the last time."""
        before = self._before.get(gate)
        left = state_of(gate) - (State() if before is None else before)
        if before is None and left[STOPPED]:
            return
        self._blame(gate, left, test, f"gate {name} was left")
        self.know(gate)

    def _left_on_new(self) -> bool:
        gates = [gate for gate, _ in living() if gate not in self._before]
        return any(gate.is_running and state_of(gate) for gate in gates)

    @contextmanager
    def setting_up(self, fixture: object, name: str) -> Iterator[None]:
        """A fixture that stays for several tests is being set up."""
        before = {gate: state_of(gate) for gate, _ in living()}
        yield
        set_by_it: States = WeakKeyDictionary()
        for gate, _ in living():
            if new := state_of(gate) - before.get(gate, State()):
                set_by_it[gate] = new
            if gate in self._before or gate not in before:
                self._before[gate] = self._before.get(gate, State()) + new
        self._of_fixtures[fixture] = name, set_by_it

    def torn_down(self, fixture: object) -> None:
        """A fixture has ended: what it has set is to be gone, where the gate goes on."""
        if fixture not in self._of_fixtures:
            return
        name, set_by_it = self._of_fixtures.pop(fixture)
        for gate, gate_name in living():
            left = state_of(gate) & set_by_it.get(gate, State())
            # Where it is stopped it was the fixture's own.
            if gate.is_running:
                self._blame(gate, left, f"fixture {name}", f"fixture {name} has left gate {gate_name}")

    def _blame(self, gate: Gate, left: State, who: str, what: str) -> None:
        if not left:
            return
        self._blamed.setdefault(gate, {}).update(dict.fromkeys(left, who))
        self._found.append(f"{what} with {', '.join(left.elements())}")

    def found(self) -> list[str]:
        """What was left since the test began, each said once."""
        found, self._found = self._found, []
        return found

    def who_left(self, gate: Gate, thing: str) -> str | None:
        """Who has left this set on a gate, if it was left."""
        return self._blamed.get(gate, {}).get(thing)
