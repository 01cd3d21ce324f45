"""What all faults have in common: a fault is data, checked when it is made."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields
from keyword import iskeyword
from typing import Any, ClassVar

from chaosgate import _engine
from chaosgate._entry import EntryFields


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Fault(EntryFields):
    """A fault as data: comparable, printable, never changed.

    It does something once it is set on a direction of a gate. As a text it is what the command line takes,
    ``latency:delay=1s``, and that text will do wherever a fault is taken.
    """

    type: ClassVar[str]
    # Each object's own. A class variable to dataclasses alone, for which it would be a field.
    _spec: ClassVar[_engine.Spec]

    @staticmethod
    def parse(text: str) -> Fault:
        """The fault that is written so on the command line: ``Fault.parse(str(fault)) == fault``.

        Raises `FaultError`. What is code, as `Custom`, has no such text.
        """
        spec = _engine.Spec.parse(text)
        kind = _KINDS[spec.type_name]
        fault = kind.__new__(kind)
        fault._take(spec)
        return fault

    def __init_subclass__(cls) -> None:
        _KINDS.setdefault(cls.type, cls)

    def _make(self, **given: object) -> None:
        # A field whose name is a keyword of Python, such as "for", has an underscore behind it here.
        self._take(_engine.Spec(self.type, {name.removesuffix("_"): value for name, value in given.items()}))

    def _take(self, spec: _engine.Spec) -> None:
        for name, value in spec.fields().items():
            object.__setattr__(self, f"{name}_" if iskeyword(name) else name, value)
        object.__setattr__(self, "_spec", spec)

    def _begin_work(self) -> None:
        """It is about to be set. Data has nothing to begin."""

    def __str__(self) -> str:
        """As it is written on the command line."""
        return str(self._spec)

    def __repr__(self) -> str:
        given = (
            f"{field.name}={value!r}"
            for field in sorted(fields(self), key=_is_common)
            if (value := getattr(self, field.name)) != field.default or field.default is MISSING
        )
        return f"{type(self).__name__}({', '.join(given)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), {field.name: getattr(self, field.name) for field in fields(self)})


def _is_common(field: Field[Any]) -> bool:
    return field.name in _COMMON


_KINDS: dict[str, type[Fault]] = {}
"""The class of each type of faults."""

_COMMON = {field.name for field in fields(EntryFields)}


def _again(kind: type[Fault], values: dict[str, Any]) -> Fault:
    return kind(**values)


AnyFault = Fault | str
"""A fault, or its text: ``Latency(delay=1)`` or ``"latency:delay=1s"``."""


def spec_of(fault: AnyFault) -> _engine.Spec:
    """The fault as the engine has it, which is to be set now."""
    if isinstance(fault, str):
        return _engine.Spec.parse(fault)
    if not isinstance(fault, Fault):
        ways = 'an object such as Latency(delay=0.1), or a text such as "latency:delay=100ms"'
        raise TypeError(f"a fault is {ways}, not {fault!r}")
    fault._begin_work()
    return fault._spec
