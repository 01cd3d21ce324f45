"""What can go wrong. Each error is a `ChaosgateError`, and what Python would call it too."""

from __future__ import annotations

from typing import Any


class ChaosgateError(Exception):
    """The base of all errors of this package."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Not by its arguments, of which some have names: a process pool hands errors on.
        return _again, (type(self), self.args, getattr(self, "errno", None), self.__dict__)


def _again(
    kind: type[ChaosgateError], args: tuple[Any, ...], errno: int | None, attributes: dict[str, Any]
) -> ChaosgateError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(attributes)
    if isinstance(error, OSError):
        error.errno = errno
    return error


class FaultError(ChaosgateError, ValueError):
    """A fault is described wrongly. Nothing has changed.

    ``fault`` is its type, ``field`` the name of the field, if it is about one, and ``reason`` what is
    wrong: the value and its bounds, or the names that there are.
    """

    def __init__(
        self,
        message: str,
        *,
        fault: str = "",
        field: str | None = None,
        reason: str | None = None,
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.field = field
        self.reason = reason


class OptionError(ChaosgateError, ValueError):
    """A value that is not a fault's is out of its bounds, which the message names: a time, a seed, a way
    of closing. Nothing has changed.

    ``field`` is the name of the option, where that is known, and ``reason`` what is wrong.
    """

    def __init__(self, message: str, *, field: str | None = None, reason: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.reason = reason or message


class NameTakenError(ChaosgateError, ValueError):
    """Two faults of a direction, or two gates of a daemon, would have one name, ``name``.

    Nothing has changed.
    """

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class NoSuchFaultError(ChaosgateError, LookupError):
    """No fault of the direction has the name ``name``. Nothing has changed."""

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class UnsuitableFaultError(ChaosgateError, ValueError):
    """A fault cannot work on such traffic, for the ``reason`` given. Nothing has changed."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class _SystemError(ChaosgateError, OSError):
    """What the system refused at ``address``; ``errno`` says why, if it gave a number."""

    def __init__(self, message: str, *, address: str = "", errno: int | None = None) -> None:
        super().__init__(message)
        self.address = address
        self.errno = errno

    def __str__(self) -> str:
        return str(self.args[0])


class StartError(_SystemError):
    """A gate cannot start or move: the address to listen on is taken, or not one of this machine.

    ``address`` is the one in question, ``errno`` the system's number, if it gave one. Nothing is left
    behind, or has changed.
    """


class AddressError(StartError, ValueError):
    """An address of a gate is not written as one, or leads to the gate itself.

    Of a URL, which may have a password in it, ``address`` is the one that was meant.
    """


class AcceptingError(_SystemError):
    """A gate cannot take clients in this way. It goes on as before."""


class WaitError(ChaosgateError, TimeoutError):
    """A wait was over before what it waited for.

    ``wanted`` is how many were waited for, ``got`` how many there were at the end, and ``within`` how
    many seconds it waited.
    """

    def __init__(
        self, message: str, *, wanted: int | None = None, got: int | None = None, within: float = 0.0
    ) -> None:
        super().__init__(message)
        self.wanted = wanted
        self.got = got
        self.within = within

    def __str__(self) -> str:
        return str(self.args[0])


class NotStartedError(ChaosgateError, RuntimeError):
    """A gate has no address before it is started."""


class NoEventLoopError(ChaosgateError, RuntimeError):
    """A gate of `chaosgate.aio` was awaited where no event loop of asyncio runs, such as under trio."""


class ForkedError(ChaosgateError, RuntimeError):
    """A gate works only in the process that has made it, not in one that was forked from it.

    ``process`` is the number of the process that has made it.
    """

    def __init__(self, message: str, *, process: int) -> None:
        super().__init__(message)
        self.process = process


class UnreachableError(ChaosgateError, ConnectionError):
    """No daemon answers at ``url``. What the call was to do may have been done, if it broke off."""

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(message)
        self.url = url


class DaemonError(ChaosgateError, RuntimeError):
    """A daemon has refused a call for what a gate of this process has no error for, such as its token.

    ``status`` is that of HTTP, ``kind`` the word that stays for such a refusal, and ``field`` what is to
    blame, if that is known. Nothing has changed.
    """

    def __init__(self, message: str, *, status: int, kind: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.field = field


class NoSuchGateError(ChaosgateError, LookupError):
    """A daemon has no gate of the name ``name``, or has none any more."""

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class ProbeError(ChaosgateError, TypeError):
    """What a recovery was to be proved by proves nothing: it is no function, takes arguments, or gives
    something that has yet to run.
    """


class NotRecoveredError(ChaosgateError, AssertionError):
    """A service has not recovered in time.

    ``attempts`` is how often the probe was called, ``elapsed`` after how many seconds it was given
    up, ``timeline`` what happened at the gate meanwhile, and ``seed`` that of the gate.
    """

    tells_timeline = True
    """Whether its message has the timeline: not where a report has it beside the message."""

    def __init__(self, message: str, *, attempts: int, elapsed: float, timeline: str, seed: int) -> None:
        super().__init__(message)
        self.attempts = attempts
        self.elapsed = elapsed
        self.timeline = timeline
        self.seed = seed

    def __str__(self) -> str:
        message = str(self.args[0])
        if self.tells_timeline:
            message += f"\nwhat happened at the gate (seed {self.seed}):\n{self.timeline or 'nothing'}"
        return message
