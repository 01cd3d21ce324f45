"""Numbers that are none, wherever one is taken: they are refused, and never the default."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chaosgate import Custom, Fault, FaultError, Latency, OptionError, TcpGate, UdpGate, aio, faults
from conftest import Run

NONE = [float("nan"), float("inf"), float("-inf"), "nan", "inf", "-inf", "nan%", "infs"]

SAMPLES = {"Time": 1, "Rate": 1000, "Ratio": 0.5, "Size": 10, "int": 1, "float": 1}
"""For each type of number, one that every field takes."""


def sample(parameter: inspect.Parameter) -> int | float | None:
    types = str(parameter.annotation).replace(" ", "").split("|")
    return next((SAMPLES[name] for name in types if name in SAMPLES), None)


def fields_of_numbers() -> Iterator[Any]:
    """Each field of each fault that takes a number, with the fields that the fault needs."""
    for name in faults.__all__:
        kind: type[Fault] = getattr(faults, name)
        parameters = inspect.signature(kind).parameters
        needed = {
            field: sample(parameter)
            for field, parameter in parameters.items()
            if parameter.default is inspect.Parameter.empty
        }
        for field, parameter in parameters.items():
            if sample(parameter) is not None:
                yield pytest.param(kind, needed, field, id=f"{name}.{field}")


@pytest.mark.parametrize(("kind", "needed", "field"), list(fields_of_numbers()))
def test_every_field_of_a_fault_refuses_what_is_no_number(
    kind: Callable[..., Fault], needed: Any, field: str
):
    for none in NONE:
        with pytest.raises(FaultError) as refused:
            kind(**{**needed, field: none})
        assert refused.value.field == field
        assert str(none).strip("%s") in str(refused.value).lower(), "the value is named"
        assert "null" not in str(refused.value)


@pytest.mark.parametrize("field", ["probability", "for_"])
def test_a_custom_fault_refuses_them_too(field: str):
    for none in NONE:
        with pytest.raises(FaultError, match=f"{field.strip('_')}: "):
            Custom(bytes.upper, **{field: none})
        with pytest.raises(FaultError, match=f"{field.strip('_')}: "):
            Custom.per_connection(lambda: bytes.upper, **{field: none})


GATE = TcpGate("localhost:1")

OPTIONS: dict[str, list[Callable[[Any], object]]] = {
    "within": [
        lambda none: GATE.wait_closed(within=none),
        lambda none: GATE.wait_for_connections(within=none),
        lambda none: GATE.wait_for_no_connections(within=none),
        lambda none: GATE.to_client.add(Latency(delay=1)).wait_for_hits(within=none),
        lambda none: GATE.assert_recovers(lambda: None, within=none),
    ],
    "pause": [lambda none: GATE.assert_recovers(lambda: None, pause=none)],
    "streak": [lambda none: GATE.assert_recovers(lambda: None, streak=none)],
    "wanted": [
        lambda none: GATE.wait_for_connections(none),
        lambda none: GATE.to_client.add(Latency(delay=1)).wait_for_hits(none),
    ],
    "count": [lambda none: GATE.close_connections(count=none)],
    "number": [lambda none: GATE.close_connection(none), lambda none: GATE.events_since(none)],
    "seed": [lambda none: TcpGate("localhost:1", seed=none), lambda none: UdpGate("localhost:1", seed=none)],
    "buffer": [lambda none: TcpGate("localhost:1", buffer=none)],
    "buffer_total": [lambda none: TcpGate("localhost:1", buffer_total=none)],
    "idle": [
        lambda none: UdpGate("localhost:1", idle=none),
        lambda none: aio.UdpGate("localhost:1", idle=none),
    ],
}


@pytest.mark.parametrize("field", OPTIONS)
def test_every_option_refuses_what_is_no_number(field: str):
    for call in OPTIONS[field]:
        for none in [*NONE, True]:
            with pytest.raises((OptionError, TypeError), match="must be|a time is") as refused:
                call(none)
            if isinstance(refused.value, OptionError):
                assert refused.value.field == field
                assert str(refused.value).startswith(field)


def test_waits_of_asyncio_gates_refuse_them_too(run: Run[None]):
    gate = aio.TcpGate("localhost:1")
    entry = gate.to_client.add(Latency(delay=1))
    waits: list[Callable[..., Any]] = [
        gate.wait_closed,
        gate.wait_for_connections,
        gate.wait_for_no_connections,
        entry.wait_for_hits,
        lambda within: gate.assert_recovers(lambda: None, within=within),
    ]
    for wait in waits:
        for none in NONE:
            with pytest.raises(OptionError, match="^within: "):
                run(wait(within=none))


@pytest.mark.parametrize("kind", [UdpGate, aio.UdpGate])
@pytest.mark.parametrize("idle", [0, 0.0009, "999us"])
def test_an_idle_time_in_which_nothing_could_be_answered_is_refused(kind: Any, idle: Any):
    with pytest.raises(OptionError, match="idle time .* is too short: it must be at least 1ms") as refused:
        kind("localhost:1", idle=idle)
    assert refused.value.field == "idle"


def test_the_shortest_idle_time_is_taken():
    assert UdpGate("localhost:1", idle="1ms").is_healed
