"""What the fixtures give: gates that stay, and a gate that is healed before and after."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from pytest_chaosgate._timelines import Timelines

if TYPE_CHECKING:
    from chaosgate import Gate

P = ParamSpec("P")
G = TypeVar("G", bound="Gate[Any]")


class Gates(ExitStack):
    """Makes gates that stay until the session ends."""

    def __init__(self, seed: int, timelines: Timelines) -> None:
        super().__init__()
        self._seed = seed
        self._timelines = timelines
        self._count = 0

    def __call__(self, kind: Callable[P, G], *args: P.args, **kwargs: P.kwargs) -> G:
        """A gate of this class, made with these arguments, and started.

        It is given a seed unless ``kwargs`` have one.
        """
        name = kwargs.get("name") or f"gate {self._count}"
        self._count += 1
        kwargs.setdefault("seed", random.Random(f"{self._seed} {name}").getrandbits(64))
        gate = kind(*args, **kwargs)
        # That of an asyncio gate would have to be awaited.
        gate._native.start()
        self.callback(gate._native.stop)
        self._timelines.add(gate)
        return gate


class Healed:
    """Hands out gates without faults, and heals them at the end."""

    def __init__(self, timelines: Timelines) -> None:
        self._timelines = timelines
        self._handed_out: list[Gate[Any]] = []

    def __call__(self, gate: G) -> G:
        """The gate, running, without faults and accepting."""
        gate.heal()
        gate._native.start()
        if gate not in self._handed_out:
            self._handed_out.append(gate)
        self._timelines.add(gate)
        return gate

    def end(self) -> list[str]:
        """Heals them, and tells what was left set."""
        leaks: list[str] = []
        with ExitStack() as healing:
            for gate in self._handed_out:
                healing.callback(gate.heal)
                leaks += self._left_on(gate)
        return leaks

    def _left_on(self, gate: Gate[Any]) -> list[str]:
        left = [f"to_server {fault}" for fault in gate.to_server.entries]
        left += [f"to_client {fault}" for fault in gate.to_client.entries]
        if gate.accepting.value != "accept":
            left.append(f"accepting {gate.accepting.value}")
        return [f"gate {gate.name} was left with {', '.join(left)}"] if left else []
