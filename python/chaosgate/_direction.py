"""The faults of a direction, and an entry of theirs, which removes itself at the end of a block."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from types import TracebackType
from typing import Generic, TypeVar

from chaosgate import _natives
from chaosgate._fault import AnyFault, spec_of
from chaosgate._values import State, Time, check_count, seconds_of
from chaosgate._wait import WITHIN, wait, wait_async

E = TypeVar("E", bound="AnyEntry")
S = TypeVar("S", bound="AnyEntry")


class AnyEntry:
    """A fault in a direction's list, at work.

    As a block, of ``with`` or ``async with``, it is removed at the end; if it is not set at its beginning,
    it is set anew, behind the others and with hits of its own. Of blocks within each other, or side by side
    in several threads or tasks, the last to end removes it.
    """

    def __init__(self, native: _natives.Entry) -> None:
        self._native = native
        self._blocks = 0
        self._blocks_lock = Lock()

    @property
    def name(self) -> str:
        """Its name, the only such in its direction."""
        return self._native.name

    @property
    def hits(self) -> int:
        """How often it did something to real traffic since it was set, on all connections."""
        return self._native.hits

    @property
    def matches(self) -> int:
        """How often what it waits for has matched since it was set, on all connections."""
        return self._native.matches

    @property
    def state(self) -> State:
        """How far it has come: it waits for its moment, works, or has acted as often as it may."""
        return self._native.state

    @property
    def is_set(self) -> bool:
        """Whether it is in the list: not once it was removed or updated, or its time is over."""
        return self._native.is_set

    def remove(self) -> None:
        """Removes this very entry; another that has its name by now stays."""
        self._native.remove()

    def __enter__(self: S) -> S:
        with self._blocks_lock:
            if not self.is_set:
                self._native = self._native.add_again()
            self._blocks += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()

    async def __aenter__(self: S) -> S:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        with self._blocks_lock:
            self._blocks -= 1
            if self._blocks == 0:
                self.remove()

    def __str__(self) -> str:
        return str(self._native)

    def __repr__(self) -> str:
        return f"<{self} with {self.hits} hits>"


class Entry(AnyEntry):
    __doc__ = AnyEntry.__doc__

    def wait_for_hits(self, wanted: int = 1, *, within: Time = WITHIN) -> None:
        """Waits until it has hit so often since it was set; returns at once if it has.

        Raises `WaitError` if there were fewer ``within`` that time.
        """
        check_count("wanted", wanted)
        wait(self._native.wait_for_hits(wanted, seconds_of("within", within)))


class AsyncEntry(AnyEntry):
    __doc__ = AnyEntry.__doc__

    async def wait_for_hits(self, wanted: int = 1, *, within: Time = WITHIN) -> None:
        """Waits until it has hit so often since it was set; returns at once if it has.

        Raises `WaitError` if there were fewer ``within`` that time.
        """
        check_count("wanted", wanted)
        await wait_async(self._native.wait_for_hits(wanted, seconds_of("within", within)))


class Faults(Generic[E]):
    """The faults of one direction of a gate, or of both.

    A fault may be given as its text: ``add("latency:delay=1s")`` is ``add(Latency(delay=1))``. A text that
    is none is a `FaultError`.

    Every change holds from the moment it has returned: a byte that reaches the gate later is not
    treated by the faults before, on any connection. It returns at once, whatever the traffic does;
    so these are plain calls in ``chaosgate.aio`` too.
    """

    def __init__(self, native: _natives.Faults, entry: Callable[[_natives.Entry], E]) -> None:
        self._native = native
        self._entry = entry

    def set(self, *faults: AnyFault) -> None:
        """Replaces all faults; traffic meets them in this order.

        One that has the same name and the same fields as before is kept as it is, with its clocks
        and hits. Raises `NameTakenError` or `UnsuitableFaultError`; then nothing changes.
        """
        self._native.set([spec_of(fault) for fault in faults])

    def pass_(self) -> None:
        """Removes all faults: traffic passes as on a wire."""
        self._native.pass_()

    def add(self, fault: AnyFault) -> E:
        """Adds a fault behind the others, at once, to stay. As a block it is removed at the end::

            with gate.to_server.add(CloseOnData()) as closing:
                ...
                closing.wait_for_hits(1, within=2)

        Raises `NameTakenError` or `UnsuitableFaultError`; then nothing changes.
        """
        return self._entry(self._native.add(spec_of(fault)))

    def fault(self, fault: AnyFault) -> E:
        """Another name of ``add``, for a block at whose end it is removed."""
        return self.add(fault)

    def update(self, name: str, fault: AnyFault) -> E:
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
