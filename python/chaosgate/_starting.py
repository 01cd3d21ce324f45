"""A start on a thread, of which an event loop may lose interest."""

from __future__ import annotations

from threading import Lock

from chaosgate import _engine


class Starting:
    """A start of a gate. A host name to listen on is looked up, which may take a while.

    The thread cannot be cancelled. A start that nobody waits for is undone by whoever comes last: the event
    loop may be gone by then. A gate that ran before goes on. The starts of a gate take `turn`, so that none
    undoes a later one.
    """

    def __init__(self, gate: _engine.Gate, turn: Lock) -> None:
        self._gate = gate
        self._turn = turn
        self._changing = Lock()
        self._is_wanted = True
        self._has_started = False

    def run(self) -> None:
        """Starts the gate, unless it runs or nobody waits for it by now."""
        with self._turn:
            if self._gate.is_running or not self._is_wanted:
                return
            self._gate.start()
            with self._changing:
                self._has_started = True
                self._undo_if_unwanted()

    def give_up(self) -> None:
        """Nobody waits for it any more."""
        with self._changing:
            self._is_wanted = False
            self._undo_if_unwanted()

    def _undo_if_unwanted(self) -> None:
        if self._has_started and not self._is_wanted:
            self._gate.stop()
