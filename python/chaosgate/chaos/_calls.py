"""What every ``to_*`` and ``set_*_interceptor`` gives: a queue of what has been done since."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any, NoReturn, TypeVar

from chaosgate._values import seconds_of
from chaosgate.chaos._testsuite import CallQueueBase, CallQueueEmptyError, CallQueueTimeoutError

C = TypeVar("C", bound="Calls")


class Calls(CallQueueBase, Coroutine[Any, Any, Any]):
    """What has been done since: it may be ignored, awaited, which gives itself, or made a task, which has it
    for its result.

    A call is there after a portion of data was treated, or an interceptor has ended, also by raising.
    Given as an interceptor, it does again what it is a queue of.
    """

    def __repr__(self) -> str:
        return f"<calls of {self._name}>"

    # All has been done when it was called: what waits for it has nothing to wait for, however often.

    def __await__(self: C) -> Generator[Any, None, C]:
        return self
        yield  # What makes it a generator, as an awaitable must be.

    def send(self, value: Any, /) -> NoReturn:
        raise StopIteration(self.given())

    def throw(self, error: Any, /, *_: Any) -> NoReturn:
        raise error

    def close(self) -> None:
        """Nothing is under way that could be closed."""

    def given(self) -> Any:
        """What awaiting it gives."""
        return self

    @property
    def has_calls(self) -> bool:
        """Whether there is a call that has not been taken."""
        return self.times_called > 0

    @property
    def times_called(self) -> int:
        """How many calls have not been taken."""
        raise NotImplementedError

    def next_call(self) -> dict[str, Any]:
        """Takes a call: its arguments by their names. Raises `CallQueueEmptyError` if there is none."""
        raise NotImplementedError

    async def wait_call(self, timeout: float = 10.0) -> dict[str, Any]:
        """Waits for a call, and takes it. Raises `CallQueueTimeoutError` after so many seconds."""
        raise NotImplementedError

    def flush(self) -> None:
        """Forgets all calls that have not been taken."""
        raise NotImplementedError

    def _empty(self) -> Exception:
        return CallQueueEmptyError(f"no calls of {self._name} are left")

    def _late(self, timeout: float) -> Exception:
        return CallQueueTimeoutError(f"no call of {self._name} within {timeout} s")


def seconds(timeout: float) -> float:
    """How long to wait; less than 0 is no wait. Raises `OptionError` for what is no time."""
    return seconds_of("timeout", 0.0 if timeout < 0 else timeout)


class Given(Calls):
    """A queue of testsuite's own that was given as an interceptor: it fills itself, and awaiting gives it."""

    def __init__(self, queue: CallQueueBase) -> None:
        super().__init__(queue.func)
        self._queue_of_its_own: Any = queue

    def given(self) -> Any:
        return self._queue_of_its_own

    def __await__(self) -> Generator[Any, None, Any]:
        return self._queue_of_its_own
        yield

    @property
    def times_called(self) -> int:
        times: int = self._queue_of_its_own.times_called
        return times

    def next_call(self) -> dict[str, Any]:
        call: dict[str, Any] = self._queue_of_its_own.next_call()
        return call

    async def wait_call(self, timeout: float = 10.0) -> dict[str, Any]:
        call: dict[str, Any] = await self._queue_of_its_own.wait_call(timeout=seconds(timeout))
        return call

    def flush(self) -> None:
        self._queue_of_its_own.flush()
