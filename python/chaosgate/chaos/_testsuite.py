"""The classes of yandex-taxi-testsuite, where that is installed, and others of the same names where it
is not: test suites ask whether something is one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

_HAS_TESTSUITE = False

if not TYPE_CHECKING:
    try:
        from testsuite.utils.callinfo import AsyncCallQueue as CallQueueBase
        from testsuite.utils.callinfo import CallQueueEmptyError, CallQueueTimeoutError

        _HAS_TESTSUITE = True
    except ImportError:
        pass

if TYPE_CHECKING or not _HAS_TESTSUITE:

    class CallQueueEmptyError(Exception):
        """There is no call that has not been taken."""

    class CallQueueTimeoutError(Exception):
        """No call came in time."""

    class CallQueueBase:
        """What calls of a function are a queue of."""

        def __init__(self, func: Callable[..., object]) -> None:
            self._func = func
            self._name = func.__name__

        async def __call__(self, *arguments: Any) -> Any:
            """Calls the function, which is a call of it."""
            raise NotImplementedError

        @property
        def func(self) -> Callable[..., object]:
            """The function."""
            return self._func
