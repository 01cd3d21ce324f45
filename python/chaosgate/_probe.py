"""Whether what a recovery is to be proved by can prove anything: a probe that is wrong must not count."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

from chaosgate._callables import name_of, why_no_call
from chaosgate._errors import ProbeError

NEVER_MENDED = (ProbeError, NameError, ImportError, SyntaxError)
"""What no recovery of a service mends: the probe is wrong, and is not called again."""


def check_call(probe: object) -> None:
    """Raises `ProbeError` unless it can be called without arguments."""
    if reason := why_no_call(probe):
        raise ProbeError(f"the probe is {probe!r}: {reason}; such as lambda: client.ping() will do")


def check_result(probe: Callable[..., object], result: object) -> None:
    """Raises `ProbeError` if the call has only made what would have asked, and has asked nothing."""
    if isinstance(result, Generator | AsyncGenerator):
        what, way_out = "a generator, of which nothing has run", "it must ask, and return"
    elif isinstance(result, Awaitable):
        what, way_out = "an awaitable", "a gate of chaosgate.aio awaits its probes"
    else:
        return
    if inspect.iscoroutine(result):
        # Nobody awaits it: this is said here, and need not be said again.
        result.close()
    raise ProbeError(f"the probe {name_of(probe)} gave {what}, which proves nothing: {way_out}")


class LookAlikes:
    """Whether every attempt has failed with one and the same error of a kind that mistakes have."""

    def __init__(self) -> None:
        self._first: str | None = None
        self._is_one = True

    def add(self, error: Exception) -> None:
        """An attempt has failed with it."""
        text = repr(error)
        self._first = self._first or text
        is_a_mistake = isinstance(error, TypeError | AttributeError)
        self._is_one = self._is_one and is_a_mistake and text == self._first

    def end(self) -> None:
        """An attempt has succeeded: the probe can do that."""
        self._is_one = False

    def question(self) -> str:
        """What a report asks, if so."""
        return ", as did each of them: is the probe wrong?" if self._is_one else ""
