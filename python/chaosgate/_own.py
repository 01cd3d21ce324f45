"""What gates of this process have beyond those of a daemon."""

from __future__ import annotations

from chaosgate import _engine
from chaosgate._direction import E
from chaosgate._gate import Gate


class OwnGate(Gate[E]):
    """A gate of this process."""

    def __init__(self, engine: _engine.Gate, name: str) -> None:
        super().__init__(engine, name)
        self._engine = engine

    @property
    def age(self) -> float:
        """How many seconds ago it was made, which is the clock of its events."""
        return self._engine.age
