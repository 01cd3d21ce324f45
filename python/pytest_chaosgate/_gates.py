"""What the fixtures give: gates that stay, and a gate that is healed before and after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from pytest_chaosgate._elsewhere import as_asked, gate_at
from pytest_chaosgate._leaks import Leaks

if TYPE_CHECKING:
    from chaosgate import Gate

P = ParamSpec("P")
G = TypeVar("G", bound="Gate[Any]")


class Gates(ExitStack):
    """Makes gates that stay until the session ends, at a daemon if there is a ``url`` of one."""

    def __init__(self, url: str | None) -> None:
        super().__init__()
        self._url = url

    def __call__(self, kind: Callable[P, G], *args: P.args, **kwargs: P.kwargs) -> G:
        """A gate of this class, made with these arguments, and started; or its like at the daemon."""
        if self._url is not None:
            remote = gate_at(self._url, kind, args, kwargs)
            self.callback(remote.remove)
            return cast(G, as_asked(kind, remote))
        gate = kind(*args, **kwargs)
        # That of an asyncio gate would have to be awaited.
        gate._native.start()
        self.callback(gate._native.stop)
        return gate


class Healed:
    """Hands out gates without faults, and heals them at the end."""

    def __init__(self, leaks: Leaks, user: str) -> None:
        self._leaks = leaks
        self._user = user
        self._handed_out: list[Gate[Any]] = []

    def __call__(self, gate: G) -> G:
        """The gate, running, without faults and accepting."""
        gate._native.heal()
        gate._native.start()
        if gate not in self._handed_out:
            self._handed_out.append(gate)
        self._leaks.know(gate._native)
        return gate

    def end(self) -> None:
        """Notes what their user, a test or all of a class or module, has left set, and heals them."""
        with ExitStack() as healing:
            for gate in self._handed_out:
                healing.callback(gate._native.heal)
                self._leaks.look(gate._native, gate.name, self._user)
