"""The faults of a gate of a daemon, for asyncio."""

from __future__ import annotations

from types import TracebackType

from chaosgate import _direction
from chaosgate._client._awaiting import Asked, Coming, awaited, finished, waited
from chaosgate._fault import AnyFault
from chaosgate._values import Time, check_count, seconds_of
from chaosgate._wait import WITHIN

Blocking = _direction.Faults[_direction.Entry]


class RemoteEntry:
    """A fault that is set on a gate of a daemon: as `Entry`, and what asks the daemon is awaited."""

    def __init__(self, entry: _direction.Entry) -> None:
        self._blocking = entry

    @property
    def name(self) -> str:
        """Its name, the only such in its direction."""
        return self._blocking.name

    @property
    def hits(self) -> Asked[int]:
        """How often it did something to real traffic since it was set, on all connections."""
        return finished(lambda: self._blocking.hits)

    @property
    def is_set(self) -> Asked[bool]:
        """Whether it is in the list."""
        return finished(lambda: self._blocking.is_set)

    remove = awaited(_direction.Entry.remove)

    async def wait_for_hits(self, wanted: int = 1, *, within: Time = WITHIN) -> None:
        """Waits until it has hit so often since it was set; returns at once if it has.

        Raises `WaitError` if there were fewer ``within`` that time.
        """
        check_count("wanted", wanted)
        await waited(self._blocking._native.wait_for_hits(wanted, seconds_of("within", within)))

    async def __aenter__(self) -> RemoteEntry:
        await finished(self._blocking.__enter__, lambda entry: entry.__exit__(None, None, None))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await finished(lambda: self._blocking.__exit__(kind, error, traceback))

    def __str__(self) -> str:
        return str(self._blocking)

    def __repr__(self) -> str:
        return f"<{self}>"


class RemoteFaults:
    """The faults of one direction of a gate of a daemon, or of both: as `Faults`, to be awaited."""

    def __init__(self, faults: Blocking) -> None:
        self._blocking = faults

    set = awaited(Blocking.set)
    pass_ = awaited(Blocking.pass_)
    remove = awaited(Blocking.remove)

    def add(self, fault: AnyFault) -> Coming[RemoteEntry]:
        """Adds a fault behind the others, to stay: ``slow = await gate.to_client.add(...)``. As a block, of
        ``async with``, it is removed at the end.

        Raises `NameTakenError` or `UnsuitableFaultError`; then nothing changes.
        """

        async def add() -> RemoteEntry:
            blocking = self._blocking
            return RemoteEntry(await finished(lambda: blocking.add(fault), _direction.Entry.remove))

        return Coming(add())

    def fault(self, fault: AnyFault) -> Coming[RemoteEntry]:
        """Another name of ``add``, for a block at whose end it is removed."""
        return self.add(fault)

    async def update(self, name: str, fault: AnyFault) -> RemoteEntry:
        """Puts another fault in the place of the one of this name. Raises `NoSuchFaultError`."""
        return RemoteEntry(await finished(lambda: self._blocking.update(name, fault)))

    @property
    def entries(self) -> Asked[list[RemoteEntry]]:
        """The faults at work, in the order in which traffic meets them."""
        return finished(lambda: [RemoteEntry(entry) for entry in self._blocking.entries])
