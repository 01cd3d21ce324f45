"""The faults of a direction, an entry of theirs, and a guard that heals."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from chaosgate import _engine
from chaosgate._fault import Fault, spec_of
from chaosgate._values import Time, check_count
from chaosgate._wait import WITHIN, wait, wait_async

E = TypeVar("E", bound="AnyEntry")


class AnyEntry:
    """A fault in a direction's list, at work."""

    def __init__(self, native: _engine.Entry) -> None:
        self._native = native

    @property
    def name(self) -> str:
        """Its name, the only such in its direction."""
        return self._native.name

    @property
    def hits(self) -> int:
        """How often it did something to real traffic since it was set, on all connections."""
        return self._native.hits

    def remove(self) -> None:
        """Removes this very entry; another that has its name by now stays."""
        self._native.remove()

    def __str__(self) -> str:
        return str(self._native)

    def __repr__(self) -> str:
        return f"<{self} with {self.hits} hits>"


class Entry(AnyEntry):
    """A fault in a direction's list, at work."""

    def wait_for_hits(self, wanted: int = 1, *, within: Time = WITHIN) -> None:
        """Waits until it has hit so often since it was set; returns at once if it has.

        Raises `WaitError` if there were fewer ``within`` that time.
        """
        check_count("wanted", wanted)
        wait(self._native.wait_for_hits(wanted, within))


class AsyncEntry(AnyEntry):
    """A fault in a direction's list, at work."""

    async def wait_for_hits(self, wanted: int = 1, *, within: Time = WITHIN) -> None:
        """Waits until it has hit so often since it was set; returns at once if it has.

        Raises `WaitError` if there were fewer ``within`` that time.
        """
        check_count("wanted", wanted)
        await wait_async(self._native.wait_for_hits(wanted, within))


class Faults(Generic[E]):
    """The faults of one direction of a gate, or of both.

    Every change holds from the moment it has returned: a byte that reaches the gate later is not
    treated by the faults before, on any connection. It returns at once, whatever the traffic does;
    so these are plain calls in ``chaosgate.aio`` too.
    """

    def __init__(self, native: _engine.Faults, entry: Callable[[_engine.Entry], E]) -> None:
        self._native = native
        self._entry = entry

    def set(self, *faults: Fault) -> None:
        """Replaces all faults; traffic meets them in this order.

        One that has the same name and the same fields as before is kept as it is, with its clocks
        and hits. Raises `NameTakenError` or `UnsuitableFaultError`; then nothing changes.
        """
        self._native.set([spec_of(fault) for fault in faults])

    def pass_(self) -> None:
        """Removes all faults: traffic passes as on a wire."""
        self._native.pass_()

    def add(self, fault: Fault) -> E:
        """Adds a fault behind the others.

        Raises `NameTakenError` or `UnsuitableFaultError`; then nothing changes.
        """
        return self._entry(self._native.add(spec_of(fault)))

    def fault(self, fault: Fault) -> Guard[E]:
        """The same for a ``with`` block, whose end removes it::

        with gate.to_server.fault(CloseOnData()) as fault:
            ...
            fault.wait_for_hits(1, within=2)
        """
        return Guard(self, fault)

    def update(self, name: str, fault: Fault) -> E:
        """Puts another fault in the place of the one of this name, which lets go of what it held.

        The bytes that it had counted and its coin on each connection stay; its clocks begin anew.
        Raises `NoSuchFaultError`.
        """
        return self._entry(self._native.update(name, spec_of(fault)))

    def remove(self, name: str) -> None:
        """Removes the fault of this name. Raises `NoSuchFaultError`."""
        self._native.remove(name)

    @property
    def entries(self) -> list[E]:
        """The faults at work, in the order in which traffic meets them."""
        return [self._entry(native) for native in self._native.list()]

    def __repr__(self) -> str:
        return f"<faults: {', '.join(map(str, self.entries)) or 'none'}>"


class Guard(Generic[E]):
    """A fault that is set while a ``with`` block runs, each time anew."""

    def __init__(self, faults: Faults[E], fault: Fault) -> None:
        self._faults = faults
        self._fault = fault
        self._set: list[E] = []

    def __enter__(self) -> E:
        entry = self._faults.add(self._fault)
        self._set.append(entry)
        return entry

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._set.pop().remove()
