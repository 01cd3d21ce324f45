"""What gates draw from: the seed of the run, and who makes or uses them, so that a test that is run alone
draws as it does among others.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_chaosgate._states import living


def derived(*parts: object) -> int:
    """A seed that follows from these. Like one that is drawn, it is exact where numbers are floats."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 11


class Draws:
    """The seeds of a run's gates, and the series of draws that they begin with each test."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._makers = [Maker("")]
        self._phase = ""

    def seed_for(self, name: str | None) -> int:
        """That of a gate which is being made: by its maker, its name, and how many of the name the maker
        has made before.
        """
        maker = self._makers[-1]
        maker.made[name] += 1
        return derived(self._seed, maker.name, name or "", maker.made[name])

    def begin_test(self, test: str) -> None:
        """A test is being set up: what is made is its own, unless a fixture makes it."""
        self._makers = [Maker(test)]
        self._begin(f"{test} setup")

    def begin_body(self, test: str) -> None:
        """The test itself begins: what stands then has been made for it, or was left."""
        self._begin(test)

    def _begin(self, phase: str) -> None:
        self._phase = phase
        for gate, _ in living():
            gate.begin_series(derived(gate.seed, phase))

    @contextmanager
    def making(self, fixture: str) -> Iterator[None]:
        """A fixture makes what is made now."""
        self._makers.append(Maker(fixture))
        try:
            yield
        finally:
            self._makers.pop()

    @contextmanager
    def setting_up(self) -> Iterator[None]:
        """A fixture that stays for others is being set up. The test draws afterwards as if that had been
        done long ago: by the time it begins itself, on all gates; in its body, on those that are new.
        """
        before = {gate for gate, _ in living()} if self._phase == self._makers[0].name else set()
        yield
        for gate, _ in living():
            if gate not in before:
                gate.begin_series(derived(gate.seed, self._phase))


class Maker:
    """A fixture or a test, and how many gates of each name it has made."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made: Counter[str | None] = Counter()
