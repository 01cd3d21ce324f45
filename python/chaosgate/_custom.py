"""A fault that is a Python function."""

from __future__ import annotations

import atexit
import logging
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from chaosgate import _engine
from chaosgate._callables import name_of, why_no_answer, why_no_call
from chaosgate._errors import FaultError
from chaosgate._fault import Fault
from chaosgate._values import Function, Ratio, Time

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from chaosgate._entry import When

_log = logging.getLogger("chaosgate")


class Custom(Fault):
    """A fault that is a Python function: it gets data, and gives what is to go on in its place.

    ``function`` is given what one read brought (for UDP, one datagram) as bytes, and gives bytes, or
    ``None`` for nothing. What ends a stream passes. The fault has a thread of its own, on which the
    function is called for one piece of data after another, of all connections that it works on; they
    wait for it meanwhile, and take no more. So it is slow by nature: some ten thousand pieces a second at
    most. Connections without this fault never wait for it, nor do other faults.

    When it is removed, a call that has begun is waited for, and what waits behind it passes as it is.
    An exception resets the connection that it worked on, and is logged to ``chaosgate``. What is no
    function of one argument, or an ``async def``, is a `FaultError`.

    It is equal only to itself, and is printed as ``custom(NAME)``.
    """

    type: ClassVar[str] = "custom"

    def __init__(
        self,
        function: Function,
        *,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        **when: Unpack[When],
    ) -> None:
        check(function, b"")
        self._begin(lambda: function, function, name, probability, for_, when)

    @classmethod
    def per_connection(
        cls,
        make: Callable[[], Function],
        *,
        name: str | None = None,
        probability: Ratio = 1.0,
        for_: Time | None = None,
        **when: Unpack[When],
    ) -> Custom:
        """The same with state: ``make`` makes a function, or an object that can be called as one, for
        each direction of each connection that it works on.
        """
        check(make)
        custom = cls.__new__(cls)
        custom._begin(make, make, name, probability, for_, when)
        return custom

    def _begin(
        self,
        make: Callable[[], Function],
        named_after: Callable[..., Any],
        name: str | None,
        probability: Ratio,
        for_: Time | None,
        when: When,
    ) -> None:
        own_name = name_of(named_after)
        common = {"name": name, "probability": probability, "for": for_, **when}
        spec, questions = _engine.questions(own_name, common)
        self._take(spec)
        # It knows nothing of this object, which could not go while the thread holds it.
        object.__setattr__(self, "_answering", Answering(own_name, questions, make))

    def _begin_work(self) -> None:
        # Raises in a forked process, in which a thread of the parent cannot be started.
        str(self)
        answering: Answering = self.__dict__["_answering"]
        answering.begin()

    def __repr__(self) -> str:
        return f"<{self}>"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(f"{self} is code, and cannot be pickled")


def check(function: object, *arguments: object) -> None:
    """Raises `FaultError` unless it can be called so, and gives an answer then."""
    reason = why_no_call(function, *arguments) or why_no_answer(function)
    if reason:
        fault, field = "custom", "function"
        message = f"{fault}: {field} is {function!r}: {reason}"
        raise FaultError(message, fault=fault, field=field, reason=reason)


class Answering(threading.Thread):
    """Answers the questions of one fault until nobody can ask any more."""

    def __init__(self, name: str, questions: _engine.Questions, make: Callable[[], Function]) -> None:
        super().__init__(name=f"chaosgate {name}", daemon=True)
        self._asks = name
        self._questions = questions
        self._make = make
        self._functions: dict[int, Function] = {}

    def begin(self) -> None:
        """Starts it, when the fault is first set."""
        with _beginning:
            if self not in _begun:
                _begun.add(self)
                self.start()

    def run(self) -> None:
        while (question := self._questions.next()) is not None:
            data = question.data
            if data is None:
                self._functions.pop(question.meeting, None)
            else:
                self._answer(question, data)

    def _answer(self, question: _engine.Question, data: bytes) -> None:
        try:
            function = self._functions.get(question.meeting)
            if function is None:
                function = self._make()
                check(function, data)
                self._functions[question.meeting] = function
            question.answer(function(data))
        except BaseException:  # Also what ends a thread, or fails a test: the next question waits.
            # First, so that who sees the reset finds it logged.
            _log.exception("custom(%s) failed on connection %d", self._asks, question.connection)
            question.fail()

    def end(self) -> None:
        self._questions.close()


_begun: weakref.WeakSet[Answering] = weakref.WeakSet()
_beginning = threading.Lock()


@atexit.register
def _end_all() -> None:
    """A thread that waits in the engine must have left it before the interpreter ends."""
    threads = list(_begun)
    for thread in threads:
        thread.end()
    # A function that runs still is left to the end of the process.
    deadline = time.monotonic() + 1.0
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0))
