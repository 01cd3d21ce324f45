"""Functions of a test's own, looked at before they are needed."""

from __future__ import annotations

import inspect
from collections.abc import Callable


def name_of(function: Callable[..., object]) -> str:
    """What it is called in messages; an object that can be called goes by its class."""
    name: str = getattr(function, "__name__", type(function).__name__)
    return name


def why_no_call(function: object, *arguments: object) -> str | None:
    """Why it cannot be called with these arguments; ``None`` if it can, or does not say."""
    if not callable(function):
        return "it is no function"
    try:
        signature = inspect.signature(function)
    except ValueError:  # One that is not written in Python says nothing of its arguments.
        return None
    try:
        signature.bind(*arguments)
    except TypeError as error:
        return f"it cannot be called with {len(arguments) or 'no'} argument{'s' * (not arguments)}: {error}"
    return None


def why_no_answer(function: object) -> str | None:
    """Why a call of it would run nothing yet; ``None`` if it would run."""
    for called in (function, getattr(type(function), "__call__", None)):  # noqa: B004  # the method itself
        if inspect.iscoroutinefunction(called):
            return "it is an async def, of which a call runs nothing"
        if inspect.isgeneratorfunction(called) or inspect.isasyncgenfunction(called):
            return "it yields, and a call of it runs nothing"
    return None
