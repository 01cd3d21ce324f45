"""What all faults have in common: a fault is data, checked when it is made."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, ClassVar

from chaosgate import _engine


@dataclass(frozen=True, init=False, repr=False, kw_only=True)
class Fault:
    """A fault as data: comparable, printable, never changed.

    It does something once it is set on a direction of a gate.

    Fields:
        name: Names it in events, and where it is changed; the only such name in its direction. The
            default is its type, with a number if that is taken.
        probability: The part of the connections that it acts on. Each connection's coin is tossed
            once.
        for_: It ends by itself, so many seconds after it was set. The default is to stay.
    """

    type: ClassVar[str]
    # Each object's own. A class variable to dataclasses alone, for which it would be a field.
    _spec: ClassVar[_engine.Spec]

    name: str | None = None
    probability: float = 1.0
    for_: float | None = None

    def _make(self, **given: object) -> None:
        given["for"] = given.pop("for_")
        self._take(_engine.Spec(self.type, given))

    def _take(self, spec: _engine.Spec) -> None:
        values: dict[str, object] = spec.fields()
        values |= {"name": spec.name, "probability": spec.probability, "for_": spec.lasts}
        for name, value in values.items():
            object.__setattr__(self, name, value)
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
    return field.name in ("name", "probability", "for_")


def _again(kind: type[Fault], values: dict[str, Any]) -> Fault:
    return kind(**values)


def spec_of(fault: Fault) -> _engine.Spec:
    """The fault as the engine has it, which is to be set now."""
    if not isinstance(fault, Fault):
        raise TypeError(f"a fault is an object such as Latency(delay=0.1), not {fault!r}")
    fault._begin_work()
    return fault._spec
