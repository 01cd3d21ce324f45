"""A daemon, for asyncio."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from chaosgate._client import _sync
from chaosgate._client._aio_gate import RemoteGate
from chaosgate._client._awaiting import Coming, awaited, finished

P = ParamSpec("P")


def coming(
    make: Callable[Concatenate[_sync.Client, P], _sync.RemoteGate],
) -> Callable[Concatenate[Client, P], Coming[RemoteGate]]:
    """The method that makes a gate: awaited it is there, to stay; as a block it is removed at the end."""

    @wraps(make)
    def call(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> Coming[RemoteGate]:
        async def made() -> RemoteGate:
            def make_and_ask() -> RemoteGate:
                return RemoteGate(make(self._blocking, *args, **kwargs))

            return await finished(make_and_ask, lambda gate: gate._blocking.remove())

        return Coming(made())

    return call


class Client:
    """A daemon, `chaosgate serve`, that has gates for this program: as `chaosgate.Client`, to be awaited.

    ``await client.create(...)`` makes a gate that stays, ``async with client.create(...) as gate`` one that
    is removed at the end of the block.
    """

    def __init__(self, url: str | None = None, *, token: str | None = None) -> None:
        self._blocking = _sync.Client(url, token=token)

    @property
    def url(self) -> str:
        """Where the daemon is."""
        return self._blocking.url

    create = coming(_sync.Client.create)
    heal = awaited(_sync.Client.heal)

    async def gate(self, name: str) -> RemoteGate:
        """The gate of this name. Raises `NoSuchGateError` if the daemon has none."""
        return await finished(lambda: RemoteGate(self._blocking.gate(name)))

    async def gates(self) -> list[RemoteGate]:
        """All gates of the daemon, by their names."""
        return await finished(lambda: [RemoteGate(gate) for gate in self._blocking.gates()])

    def __repr__(self) -> str:
        return repr(self._blocking)
