"""Methods that are coroutine functions to all who ask, and act when they are called."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any, TypeVar, cast

M = TypeVar("M", bound=Callable[..., Any])


def acts_at_once(method: M) -> M:
    """Has `inspect.iscoroutinefunction` say yes of a method whose result may be awaited, and need not be:
    older test suites do not.
    """
    return cast(M, _AsCoroutineFunction(method))


class _AsCoroutineFunction:
    """What is a function as far as `inspect` looks, with the code of a coroutine function."""

    def __init__(self, method: Callable[..., Any]) -> None:
        functools.update_wrapper(self, method)
        self._method = method
        self.__code__ = _awaited.__code__
        self.__defaults__ = None
        self.__kwdefaults__ = None

    def __get__(self, instance: object | None, kind: type[Any], /) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._method(*args, **kwargs)


async def _awaited() -> None:
    """What the code is taken from."""
