"""What holds of every gate, be it of this process or of a daemon: each test runs with both."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any, Protocol

import pytest
from chaosgate import (
    Accepting,
    AcceptingError,
    AddressError,
    AnyGate,
    ChaosgateError,
    CloseOnData,
    Custom,
    Drop,
    Fault,
    FaultError,
    Latency,
    LimitBytes,
    Loss,
    NameTakenError,
    NoSuchFaultError,
    NotRecoveredError,
    OptionError,
    Refuse,
    Slice,
    Stall,
    StartError,
    TcpGate,
    UdpGate,
    UnsuitableFaultError,
    WaitError,
)
from chaosgate import Client as Daemon
from conftest import PATIENCE, Connect, ask, until

Address = tuple[str, int]


class Make(Protocol):
    """Makes a gate to this server, which runs."""

    def __call__(self, upstream: Any, *, udp: bool = False, **options: Any) -> AnyGate: ...


@pytest.fixture(params=["of this process", "of a daemon"])
def make(request: pytest.FixtureRequest, daemon: Daemon) -> Iterator[Make]:
    with ExitStack() as gates:

        def own(upstream: Any, *, udp: bool = False, **options: Any) -> AnyGate:
            return gates.enter_context((UdpGate if udp else TcpGate)(upstream, name="the gate", **options))

        def remote(upstream: Any, *, udp: bool = False, **options: Any) -> AnyGate:
            return gates.enter_context(daemon.create("the gate", upstream, udp=udp, **options))

        yield own if request.param == "of this process" else remote


@pytest.fixture
def gate(make: Make, echo: Address) -> AnyGate:
    return make(echo)


def names(faults: Any) -> list[str]:
    return [entry.name for entry in faults.entries]


def test_a_gate_passes_and_says_what_it_is(gate: AnyGate, connect: Connect):
    assert ask(connect(gate)) == b"ping"
    assert (gate.host, gate.port) == gate.address == gate.addresses[0]
    assert gate.name == "the gate"
    assert gate.is_running
    assert gate.is_healed
    assert gate.accepting is Accepting.ACCEPT
    assert "the gate on 127.0.0.1:" in repr(gate)


def test_each_direction_has_faults_of_its_own(gate: AnyGate):
    gate.to_server.set(Stall(), Drop())
    gate.both.add(Latency(delay=1))
    assert names(gate.to_server) == ["stall", "drop", "latency"]
    assert names(gate.to_client) == ["latency"]
    assert repr(gate.to_client) == "<faults: latency:delay=1s>"
    gate.to_server.pass_()
    assert names(gate.both) == ["latency"]
    gate.pass_()
    assert gate.is_healed
    assert repr(gate.to_client) == "<faults: none>"


@pytest.mark.parametrize("name", ["plain", 'with "quotes", a comma = and ü'])
def test_every_fault_is_set_as_it_is_written(gate: AnyGate, name: str):
    texts = ["slice:size=1kB,pause=5ms", "bandwidth:rate=1MB/s", "loss:ratio=5%,correlation=0.5"]
    texts += ["latency:delay=1.5s,end=false,for=1h,probability=0.25"]
    for number, text in enumerate(texts):
        written = str(Fault.parse(text))
        assert str(gate.to_client.add(written)) == written
        assert str(gate.to_client.entries[number]) == written
    fault = Latency(delay=1e-9, name=name)
    assert str(gate.to_server.add(fault)) == str(fault)
    assert names(gate.to_server) == [name]


def test_a_fault_without_a_name_has_a_number_where_its_type_is_taken(gate: AnyGate):
    gate.to_server.add(Stall())
    stalls = gate.both.add(Stall())
    assert (names(gate.to_server), names(gate.to_client)) == (["stall", "stall-2"], ["stall"])
    stalls.remove()
    assert names(gate.both) == ["stall"]


def test_set_keeps_what_is_equal_with_its_hits(gate: AnyGate, connect: Connect):
    gate.to_client.set(Latency(delay="1ms"))
    assert ask(connect(gate)) == b"ping"
    (entry,) = gate.to_client.entries
    entry.wait_for_hits(1, within=PATIENCE)
    gate.to_client.set(Latency(delay="1ms"), Stall())
    assert [entry.hits for entry in gate.to_client.entries] == [1, 0]
    gate.to_client.set(Latency(delay="2ms"))
    assert [entry.hits for entry in gate.to_client.entries] == [0]


def test_a_fault_goes_at_the_end_of_its_block_also_when_that_fails(gate: AnyGate):
    with pytest.raises(ZeroDivisionError), gate.to_server.add(Stall()) as stall:
        assert stall.is_set
        _ = 1 / 0
    assert not stall.is_set
    with stall:
        assert names(gate.to_server) == ["stall"]
    assert gate.is_healed


def test_hits_are_told_also_when_the_fault_has_gone(gate: AnyGate, connect: Connect):
    with gate.both.add(Latency(delay="1ms")) as slow:
        assert ask(connect(gate)) == b"ping"
    slow.wait_for_hits(2, within=PATIENCE)
    with gate.to_server.add(CloseOnData(how="reset")) as closing, pytest.raises(OSError, match="reset"):
        ask(connect(gate))
    gate.heal()
    assert (slow.hits, closing.hits) == (2, 1)


def test_a_fault_is_changed_and_removed_by_its_name(gate: AnyGate):
    gate.both.set(Stall(name="first"), Drop())
    changed = gate.both.update("first", Latency(delay=2))
    assert changed.name == "first"
    assert names(gate.to_client) == ["first", "drop"]
    gate.to_server.remove("first")
    assert changed.is_set, "on the other direction"
    for wrong in (lambda: gate.both.remove("first"), lambda: gate.to_server.update("first", Stall())):
        with pytest.raises(NoSuchFaultError, match='no fault named "first": the faults here are drop') as no:
            wrong()
        assert no.value.name == "first"
    assert (names(gate.to_server), names(gate.to_client)) == (["drop"], ["first", "drop"])


def test_names_that_are_taken_are_refused_and_nothing_changes(gate: AnyGate):
    gate.to_client.add(Stall(name="mine"))
    for wrong in (
        lambda: gate.both.add(Drop(name="mine")),
        lambda: gate.to_client.set(Drop(name="mine"), Latency(delay=1, name="mine")),
    ):
        with pytest.raises(NameTakenError, match='there is a fault named "mine" already') as taken:
            wrong()
        assert taken.value.name == "mine"
    assert (names(gate.to_server), names(gate.to_client)) == ([], ["mine"])


def test_what_is_wrong_with_a_fault_is_told(gate: AnyGate):
    with pytest.raises(FaultError, match='latency: delay is "late"|latency: delay: "late"') as wrong:
        gate.to_client.add("latency:delay=late")
    assert (wrong.value.fault, wrong.value.field) == ("latency", "delay")
    with pytest.raises(TypeError, match="a fault is an object such as"):
        gate.to_client.add(1)  # type: ignore[arg-type]
    assert gate.is_healed


def test_a_datagram_is_not_cut(make: Make, udp_echo: Address):
    gate = make(udp_echo, udp=True)
    with pytest.raises(UnsuitableFaultError, match="slice:size=1kB does not suit datagrams") as refused:
        gate.to_client.add(Slice(size="1kB"))
    assert refused.value.reason == "a datagram is delivered whole or not at all"
    with pytest.raises(AcceptingError, match="a UDP gate can accept, hold or refuse"):
        gate.accepting = "timeout"
    assert gate.is_healed


def test_datagrams_are_lost_and_come_again(make: Make, udp_echo: Address):
    gate = make(udp_echo, udp=True, idle=30)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE)
        client.connect(gate.address)
        with gate.to_server.add(Loss(ratio=1)) as loss:
            client.send(b"lost")
            loss.wait_for_hits(1, within=PATIENCE)
        client.send(b"ping")
        assert client.recv(100) == b"ping"
    assert gate.totals.to_server.received == 8


def test_clients_are_refused_and_taken_again(gate: AnyGate, connect: Connect):
    gate.accepting = Refuse
    with pytest.raises(ConnectionRefusedError):
        connect(gate)
    assert gate.accepting is Refuse
    assert not gate.is_healed
    with pytest.raises(OptionError, match="accepting is 'never': it must be one of accept, hold"):
        gate.accepting = "never"  # type: ignore[assignment]
    gate.heal()
    assert ask(connect(gate)) == b"ping"


def test_a_stopped_gate_comes_back_where_it_was_with_its_faults(gate: AnyGate, connect: Connect):
    address = gate.address
    gate.to_client.add(Latency(delay="1ms"))
    gate.stop()
    gate.stop()
    assert (gate.is_running, gate.address) == (False, address)
    assert "stopped" in repr(gate)
    with pytest.raises(ConnectionRefusedError):
        connect(gate)
    gate.start()
    assert (gate.address, names(gate.to_client)) == (address, ["latency"])
    assert ask(connect(gate)) == b"ping"


def test_connections_are_seen_and_closed(gate: AnyGate, connect: Connect):
    clients = [connect(gate) for _ in range(3)]
    for client in clients:
        assert ask(client) == b"ping"
    gate.wait_for_connections(3, within=PATIENCE)
    assert [connection.client for connection in gate.connections] == [
        client.getsockname() for client in clients
    ]
    assert gate.connections[0].to_server.received == 4
    assert gate.close_connections("reset", count=1) == 1
    with pytest.raises(ConnectionResetError):
        clients[0].recv(1)
    second = gate.connections[0].number
    assert gate.close_connection(second)
    assert not gate.close_connection(second)
    assert clients[1].recv(1) == b""
    assert gate.close_connections() == 1
    gate.wait_for_no_connections(within=PATIENCE)
    assert gate.connection_count == 0
    assert (gate.totals.accepted, gate.totals.connected) == (3, 3)


def test_a_wait_that_is_in_vain_says_what_there_was(gate: AnyGate, connect: Connect):
    entry = gate.to_client.add(Drop())
    with pytest.raises(WaitError, match="only 0 of 2 hits of drop within 10ms") as over:
        entry.wait_for_hits(2, within=0.01)
    assert (over.value.wanted, over.value.got, over.value.within) == (2, 0, 0.01)
    with pytest.raises(WaitError, match="only 0 of 1 connections within 10ms"):
        gate.wait_for_connections(within=0.01)
    connect(gate)
    gate.wait_for_connections(within=PATIENCE)
    with pytest.raises(WaitError, match="1 connections still stand after 10ms"):
        gate.wait_for_no_connections(within=0.01)


def test_events_are_told_with_the_line_of_each(gate: AnyGate, connect: Connect):
    gate.both.set(LimitBytes(bytes=4, how="reset", name="four"))
    gate.accepting = "hold"
    gate.heal()
    gate.reroute(upstream="localhost:1")
    with suppress(ConnectionResetError):
        connect(gate)
    until(lambda: "closed" in [event.what for event in gate.events])
    told = [(event.number, event.what) for event in gate.events]
    assert told[:6] == [
        (1, "faults_set"),
        (2, "faults_set"),
        (3, "accepting_set"),
        (4, "faults_set"),
        (5, "faults_set"),
        (6, "accepting_set"),
    ]
    lines = [event.text.partition("s ")[2] for event in gate.events if event.connection is None]
    assert lines == [
        "to_server set to limit_bytes:bytes=4B,how=reset,name=four",
        "to_client set to limit_bytes:bytes=4B,how=reset,name=four",
        "accepting set to hold",
        "to_server passes",
        "to_client passes",
        "accepting set to accept",
        f"rerouted, from {gate.host}:0 to localhost:1",
    ]
    assert gate.timeline == "\n".join(map(str, gate.events))
    assert [event.number for event in gate.events_since(gate.event_count - 1)] == [gate.event_count]


def test_a_gate_moves_to_another_server_with_its_faults(make: Make, echo: Address, connect: Connect):
    gate = make("localhost:1")
    gate.to_client.add(Latency(delay="1ms"))
    address = gate.address
    gate.reroute(upstream=echo)
    assert gate.address == address
    client = connect(gate)
    assert ask(client) == b"ping"
    gate.reroute(upstream="localhost:1", open_connections="reset")
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    assert names(gate.to_client) == ["latency"]
    with pytest.raises(AddressError, match='upstream address "nowhere" is wrong') as wrong:
        gate.reroute(upstream="nowhere")
    assert wrong.value.address == "nowhere"
    with pytest.raises(AddressError, match="is the gate itself"):
        gate.reroute(upstream=address)


def test_a_port_that_is_taken_is_an_error_of_the_system(make: Make, echo: Address):
    with pytest.raises(StartError, match="cannot listen on") as refused:
        make("localhost:1", listen=echo)
    assert refused.value.errno == errno.EADDRINUSE
    assert refused.value.address == f"{echo[0]}:{echo[1]}"


def drawn(gate: AnyGate) -> list[int]:
    """Which of 16 datagrams come through where half of them are lost."""
    with gate.to_server.add(Loss(ratio=0.5)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE)
        client.connect(gate.address)
        for number in range(16):
            client.send(bytes([number]))
        until(lambda: gate.totals.to_server.received == 16)
        gate.heal()
        client.send(b"\xff")
        return list(iter(lambda: client.recv(100)[0], 0xFF))


def test_a_seed_decides_what_is_drawn_wherever_the_gate_is(make: Make, udp_echo: Address):
    gate = make(udp_echo, udp=True, seed=7)
    with UdpGate(udp_echo, seed=7) as own:
        assert gate.seed == 7
        assert 0 < len(came := drawn(gate)) < 16
        assert came == drawn(own)


def test_a_recovery_is_proved_and_one_that_never_comes_is_told(gate: AnyGate, connect: Connect):
    gate.accepting = Refuse
    assert gate.assert_recovers(lambda: ask(connect(gate)) == b"ping", within=PATIENCE) >= 0
    began = time.monotonic()
    with pytest.raises(NotRecoveredError, match="not recovered within 0.05 s of healing the gate") as not_yet:
        gate.assert_recovers(lambda: False, within=0.05)
    assert time.monotonic() > began
    assert not_yet.value.seed == gate.seed


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda gate: gate.close_connections("late"), "how is 'late': it must be one of fin, reset"),
        (lambda gate: gate.close_connections(count=-1), "count is -1: it must be a whole number"),
        (lambda gate: gate.wait_for_connections(-1), "wanted is -1: it must be a whole number"),
        (lambda gate: gate.wait_for_connections(within=-1), "within: "),
    ],
)
def test_a_value_out_of_its_bounds_is_refused(gate: AnyGate, wrong: Any, says: str):
    with pytest.raises(OptionError, match=says) as refused:
        wrong(gate)
    assert isinstance(refused.value, ChaosgateError)


def test_what_is_code_is_for_gates_of_this_process_alone(gate: AnyGate):
    custom = Custom(bytes.upper)
    if isinstance(gate, TcpGate):
        assert gate.to_client.add(custom).is_set
        return
    with pytest.raises(UnsuitableFaultError, match="it is code of this process, and the gate is a daemon's"):
        gate.to_client.add(custom)
    assert gate.is_healed
