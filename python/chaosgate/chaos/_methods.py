"""The methods of a gate, made from the table of behaviours: each for both directions."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from chaosgate.chaos._behaviours import Behaviour
from chaosgate.chaos._calls import Calls
from chaosgate.chaos._coroutines import acts_at_once
from chaosgate.chaos._hits import Hits

P = ParamSpec("P")

Method = Callable[Concatenate[Any, P], Calls]
"""A method of a gate by which it is told a behaviour."""


def both(behaviour: Callable[P, Behaviour]) -> tuple[Method[P], Method[P]]:
    """The methods that choose this behaviour for the two directions."""
    return _method("to_server", behaviour), _method("to_client", behaviour)


def _method(direction: str, behaviour: Callable[P, Behaviour]) -> Method[P]:
    def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Calls:
        behave = functools.partial(behaviour, *args, **kwargs)
        calls: Calls = self._behave(direction, Hits(behaviour, behave))
        return calls

    method.__doc__ = behaviour.__doc__
    method.__name__ = f"{direction}_{behaviour.__name__.rstrip('_')}"
    method.__qualname__ = f"BaseGate.{method.__name__}"
    signature = inspect.signature(behaviour)
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = [own, *signature.parameters.values()]
    method.__signature__ = signature.replace(parameters=parameters, return_annotation="Calls")  # type: ignore[attr-defined]
    return acts_at_once(method)


def refused(behaviour: Callable[P, Behaviour]) -> Callable[P, Behaviour]:
    """What makes no sense for datagrams."""

    @functools.wraps(behaviour)
    def refuse(*_: P.args, **__: P.kwargs) -> Behaviour:
        raise NotImplementedError("datagrams are neither cut nor joined")

    return refuse
