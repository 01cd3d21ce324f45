"""Faults as data."""

from __future__ import annotations

import dataclasses
import json
import pickle
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import chaosgate
import pytest
from chaosgate import (
    Bandwidth,
    CloseOnData,
    Custom,
    Fault,
    FaultError,
    Latency,
    LimitBytes,
    Loss,
    Stall,
    faults,
)
from chaosgate._entry import EntryFields

CLASSES: list[type[Fault]] = [getattr(faults, name) for name in faults.__all__]
CATALOGUE = {
    kind["name"]: kind
    for kind in json.loads(
        subprocess.run(
            [sys.executable, "-m", "chaosgate", "faults", "--json"], check=True, capture_output=True
        ).stdout
    )
}
EXAMPLES: dict[str, Any] = {"duration": 1.5, "byte_size": 7, "byte_rate": 1000.0, "ratio": 0.25}


def made(kind: type[Fault], **more: Any) -> Fault:
    """One of this class, with all that must be given."""
    needed = (field for field in CATALOGUE[kind.type]["fields"] if field["required"])
    return kind(**{field["name"]: EXAMPLES[field["kind"]["type"]] for field in needed}, **more)


def test_there_is_a_class_for_every_fault_of_the_engine():
    assert {kind.type for kind in CLASSES} == CATALOGUE.keys()
    for name in faults.__all__:
        assert getattr(chaosgate, name) is getattr(faults, name)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_class_has_the_fields_of_its_fault_with_their_docs_and_defaults(kind: type[Fault]):
    about = CATALOGUE[kind.type]
    assert kind.__doc__ is not None
    fields = {field.name: field for field in dataclasses.fields(kind)}
    common = [field.name for field in dataclasses.fields(EntryFields)]
    assert [*fields] == [*common, *(field["name"] for field in about["fields"])]
    for field in about["fields"]:
        assert f"{field['name']}: " in kind.__doc__
        assert (fields[field["name"]].default is dataclasses.MISSING) == field["required"]
    fault = made(kind)
    for name, field in fields.items():
        if field.default is not dataclasses.MISSING:
            assert getattr(fault, name) == field.default


@pytest.mark.parametrize("kind", CLASSES)
def test_a_fault_is_equal_to_what_it_prints(kind: type[Fault]):
    fault = made(kind, name="x", probability=0.5, for_=3)
    assert eval(repr(fault), {**vars(faults)}) == fault
    assert fault != made(kind)
    assert hash(fault) == hash(made(kind, name="x", probability=0.5, for_=3))
    assert pickle.loads(pickle.dumps(fault)) == fault
    assert str(fault).startswith(kind.type + ":")


PAGE = Path(__file__).parents[2] / "docs/faults.md"
ROWS = re.compile(r"^\| command line \| `(.+)` \|\n\| Python \| `(.+)` \|$", re.MULTILINE)
EXAMPLES_OF_PAGE = ROWS.findall(PAGE.read_text())


def test_the_page_has_an_example_of_every_fault_and_one_of_what_every_fault_takes():
    assert len(EXAMPLES_OF_PAGE) == len(CLASSES) + 1


@pytest.mark.parametrize(("written", "code"), EXAMPLES_OF_PAGE)
def test_an_example_of_the_page_is_the_same_fault_as_on_the_command_line(written: str, code: str):
    fault = eval(code, {**vars(faults)})
    # A percentage is printed as the part that it is.
    assert str(fault) == written.replace("=5%", "=0.05")
    assert Fault.parse(written) == fault


@pytest.mark.parametrize("kind", CLASSES)
def test_a_fault_is_read_again_from_its_text(kind: type[Fault]):
    for fault in (made(kind), made(kind, name='a, "b" = c', probability=0.1 + 0.2, for_="1500us")):
        assert Fault.parse(str(fault)) == fault
        assert type(Fault.parse(str(fault))) is kind


def test_a_text_will_do_wherever_a_fault_is_taken():
    gate = chaosgate.TcpGate("localhost:1")
    gate.to_client.set("latency:delay=1s", Stall())
    assert [*map(str, gate.to_client.entries)] == ["latency:delay=1s", "stall"]
    gate.to_client.update("latency", "drop")
    with gate.both.add("loss:ratio=5%"), gate.to_server.fault("reset:after=1s") as reset:
        assert str(reset) == "reset:after=1s"
    assert [entry.name for entry in gate.to_client.entries] == ["latency", "stall"]
    assert gate.to_server.entries == []


@pytest.mark.parametrize(
    ("text", "fault", "field"),
    [
        ("latency", "latency", "delay"),
        ("latency:delay=soon", "latency", "delay"),
        ("latency:delay=1s,dealy=2s", "latency", "dealy"),
        ("stall:for=soon", "stall", "for_"),
        ("latncy:delay=1s", "latncy", None),
        ("custom", "custom", None),
        (str(Custom(bytes.upper)), "custom(upper)", None),
    ],
)
def test_a_text_that_is_no_fault_is_refused_with_its_fault_and_its_field(
    text: str, fault: str, field: str | None
):
    for read in (Fault.parse, chaosgate.TcpGate("localhost:1").to_client.add):
        with pytest.raises(FaultError) as refused:
            read(text)
        assert (refused.value.fault, refused.value.field) == (fault, field)
        assert refused.value.reason


def test_a_time_is_seconds_a_timedelta_or_a_text():
    fault = Latency(delay=0.1)
    assert fault.delay == 0.1
    for time in ("100ms", timedelta(milliseconds=100), 0.1 + 1e-17):
        assert Latency(delay=time) == fault
    assert Latency(delay=0.1 + 0.2).delay == 0.3
    assert Latency(delay=timedelta(days=1, microseconds=1)).delay == 86400.000001


def test_sizes_rates_and_ratios_are_numbers_or_texts():
    assert LimitBytes(bytes="64KiB") == LimitBytes(bytes=65536)
    assert Bandwidth(rate="1MB/s") == Bandwidth(rate=1e6)
    assert Bandwidth(rate=1000) == Bandwidth(rate=1000.0)
    assert Loss(ratio="5%") == Loss(ratio=0.05)
    assert isinstance(Loss(ratio=1).ratio, float)


def test_a_fault_can_be_replaced_and_not_changed():
    fault = Latency(delay=1, jitter="10ms")
    assert dataclasses.replace(fault, delay=2) == Latency(delay=2, jitter=0.01)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fault.delay = 2.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("make", "field", "bound"),
    [
        (lambda: Latency(delay=-1), "delay", "between 0s and 365d"),
        (lambda: Latency(delay=float("nan")), "delay", "between 0s and 365d"),
        (lambda: Latency(delay=float("inf")), "delay", "between 0s and 365d"),
        (lambda: Latency(delay=timedelta(days=366)), "delay", "between 0s and 365d"),
        (lambda: Latency(delay=True), "delay", "between 0s and 365d"),
        (lambda: Latency(delay=10**400), "delay", "between 0s and 365d"),
        (lambda: Latency(delay=b"1"), "delay", "between 0s and 365d"),  # type: ignore[arg-type]
        (lambda: Latency(delay=1, for_="soon"), "for_", "between 0s and 365d"),
        (lambda: Custom(bytes.upper, for_="soon"), "for_", "between 0s and 365d"),
        (lambda: Custom(bytes.upper, name=""), "name", "1 to 200 characters"),
        (
            lambda: Latency(delay=1, distribution="odd"),  # type: ignore[arg-type]
            "distribution",
            "uniform, normal, pareto",
        ),
        (lambda: Latency(delay=1, name=""), "name", "1 to 200 characters"),
        (lambda: Loss(ratio=1.5), "ratio", "between 0 and 1"),
        (lambda: Stall(probability="200%"), "probability", "between 0 and 1"),
        (lambda: Custom(bytes.upper, probability=2), "probability", "between 0 and 1"),
        (lambda: Bandwidth(rate="100"), "rate", "between 0.001B/s and 1TB/s"),
        (lambda: Bandwidth(rate=10**13), "rate", "between 0.001B/s and 1TB/s"),
        (lambda: LimitBytes(bytes=-1), "bytes", "0 to 2^64 - 1"),
        (lambda: LimitBytes(bytes=2**64), "bytes", "0 to 2^64 - 1"),
        (lambda: LimitBytes(bytes=1.5), "bytes", "0 to 2^64 - 1"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_value_is_refused_with_its_field_and_its_bounds(make: Any, field: str, bound: str):
    with pytest.raises(FaultError) as refused:
        make()
    assert refused.value.field == field
    assert refused.value.reason is not None
    assert bound in refused.value.reason
    assert bound in str(refused.value)
    assert isinstance(refused.value, ValueError)


def test_a_field_that_there_is_not_is_refused_by_python():
    with pytest.raises(TypeError, match="dealy"):
        Latency(dealy=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="delay"):
        Latency()  # type: ignore[call-arg]


def test_a_custom_fault_is_equal_to_itself_alone_and_is_no_data():
    fault = Custom(bytes.upper)
    assert fault == fault
    assert fault != Custom(bytes.upper)
    assert repr(fault) == "<custom(upper)>"
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(fault)


def test_what_is_no_fault_is_refused():
    gate = chaosgate.TcpGate("localhost:1")
    for wrong in (CloseOnData, [CloseOnData()], None):
        with pytest.raises(TypeError, match="a fault is an object"):
            gate.to_server.set(wrong)  # type: ignore[arg-type]
