"""A test run: what the plugin knows of its gates."""

from __future__ import annotations

import pytest

from pytest_chaosgate._draws import Draws
from pytest_chaosgate._leaks import Leaks
from pytest_chaosgate._states import engine_is_loaded
from pytest_chaosgate._timelines import Timelines, hide_own_frames

RUN = pytest.StashKey["Run"]()

_going_on: list[Run] = []


def current() -> Run | None:
    """The run that is going on: within one, a plugin's own tests may have another."""
    return _going_on[-1] if _going_on else None


class Run:
    """What gates draw from, what tests leave set, and what happens meanwhile."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.draws = Draws(seed)
        self.leaks = Leaks()
        self.timelines = Timelines(self.leaks)

    def begin(self) -> None:
        _going_on.append(self)

    def end(self) -> None:
        if self in _going_on:
            _going_on.remove(self)

    def seed_for(self, name: str | None) -> int:
        """That of a gate which is being made without one."""
        return self.draws.seed_for(name)

    def sections_of_failure(self, error: BaseException) -> list[tuple[str, str]]:
        """What the report of a failure shows beside it, with the one seed that repeats all of it."""
        if engine_is_loaded():
            hide_own_frames()
            _leave_out_timelines(error)
        return [
            (f"chaosgate {name} (--chaosgate-seed={self.seed})", timeline)
            for name, timeline in self.timelines.shown()
        ]


def _leave_out_timelines(error: BaseException | None) -> None:
    """An error that tells a timeline itself, or was caused by one, leaves that to the sections."""
    from chaosgate import NotRecoveredError  # It is loaded.

    while error is not None:
        if isinstance(error, NotRecoveredError):
            error.tells_timeline = False
        error = error.__cause__ or error.__context__
