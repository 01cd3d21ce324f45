"""Gates, from code that blocks."""

from __future__ import annotations

import errno
import inspect
import pickle
import re
import socket
import time
from typing import Any

import chaosgate
import pytest
from chaosgate import (
    Accept,
    Accepting,
    AcceptingError,
    AddressError,
    ChaosgateError,
    Hold,
    Latency,
    Loss,
    Mute,
    NotStartedError,
    OptionError,
    Refuse,
    Reset,
    ResetAtOnce,
    Slice,
    Stall,
    StartError,
    TcpGate,
    UdpGate,
    UnsuitableFaultError,
    WaitError,
    aio,
)
from conftest import PATIENCE, Connect, ask

Address = tuple[str, int]


def test_traffic_passes_through_a_gate(echo: Address, connect: Connect):
    with TcpGate(echo, name="db", seed=7) as gate:
        assert (gate.name, gate.seed, gate.is_running) == ("db", 7, True)
        assert gate.address == (gate.host, gate.port)
        assert gate.addresses == [gate.address]
        assert ask(connect(gate)) == b"ping"
        assert repr(gate) == f"<TcpGate db on {gate.host}:{gate.port}>"


def test_datagrams_pass_through_a_gate(udp_echo: Address):
    with (
        UdpGate(f"{udp_echo[0]}:{udp_echo[1]}", idle="10s") as gate,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        client.settimeout(PATIENCE)
        client.connect(gate.address)
        assert ask(client) == b"ping"
        assert gate.connection_count == 1
        with pytest.raises(UnsuitableFaultError, match="slice.*does not suit") as refused:
            gate.to_client.set(Latency(delay=1), Slice(size=1))
        assert refused.value.reason in str(refused.value)
        assert gate.is_healed, "nothing has changed"


def test_a_gate_stops_and_comes_back_on_the_same_port(echo: Address, connect: Connect):
    gate = TcpGate(echo)
    with pytest.raises(NotStartedError, match="before it is started"):
        _ = gate.address
    assert not gate.is_running
    gate.start()
    gate.start()
    address = gate.address
    client = connect(gate)
    assert ask(client) == b"ping"
    gate.stop()
    assert client.recv(1) == b"", "the connection has ended in order"
    client.close()
    gate.wait_closed(within=PATIENCE)
    with pytest.raises(ConnectionRefusedError):
        connect(gate)
    assert (gate.address, gate.is_running) == (address, False)
    assert "stopped" in repr(gate)
    with gate:
        assert gate.address == address
        assert ask(connect(gate)) == b"ping"


def test_sockets_that_stay_open_are_waited_for_in_vain(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        assert ask(connect(gate)) == b"ping"
        with pytest.raises(WaitError, match="still open") as over:
            gate.wait_closed(within=0)
        assert over.value.within == 0
    # The client does not close its end, and is not waited for without end.
    gate.wait_closed(within=PATIENCE)


def test_a_host_name_is_listened_on_at_all_its_addresses(echo: Address, connect: Connect):
    with TcpGate(echo, listen="localhost:0") as gate:
        assert len({port for _, port in gate.addresses}) == 1
        assert ask(connect(gate)) == b"ping"


@pytest.mark.parametrize("kind", [TcpGate, UdpGate, aio.TcpGate, aio.UdpGate])
@pytest.mark.parametrize(
    ("given", "means"),
    [
        (["localhost:1"], "localhost:1"),
        ([1], "localhost:1"),
        (["example.org", 1], "example.org:1"),
        ([("example.org", 1)], "example.org:1"),
        (["::1", 1], "[::1]:1"),
        ([("::1", 1)], "[::1]:1"),
        ([("::1", 1, 0, 0)], "[::1]:1"),
        ([("fe80::1", 1, 0, 2)], "[fe80::1%2]:1"),
        ([("fe80::1%lo", 1, 0, 1)], "[fe80::1%lo]:1"),
    ],
)
def test_a_server_is_given_in_any_way_that_python_has(kind: Any, given: list[Any], means: str):
    assert kind(*given).name == means


def test_a_server_of_ipv6_is_reached_by_the_name_of_its_socket(connect: Connect):
    with (
        socket.create_server(("::1", 0), family=socket.AF_INET6) as server,
        TcpGate(server.getsockname()) as gate,
    ):
        client = connect(gate)
        accepted, _ = server.accept()
        with accepted:
            accepted.sendall(b"pong")
            assert client.recv(4) == b"pong"


def test_a_port_alone_is_listened_on_at_localhost(echo: Address, connect: Connect):
    with TcpGate(echo, listen=0) as gate:
        assert ask(connect(gate)) == b"ping"


@pytest.mark.parametrize("given", [(5432.0,), (None,), (("localhost",),), (("localhost", 1), 2), (1, 2)])
def test_what_is_no_address_is_refused(given: Any):
    with pytest.raises(TypeError, match="an address is a text such as|with a port, it must be a host"):
        TcpGate(*given)


def test_a_host_that_has_a_port_takes_no_other():
    with pytest.raises(
        AddressError, match="host is 'localhost:1': it must be a host without a port"
    ) as refused:
        TcpGate("localhost:1", 2)
    assert refused.value.address == "localhost:1"


@pytest.mark.parametrize("wrong", ["localhost", ":1", "::1:80", "localhost:http", ("localhost", 65536)])
def test_an_address_that_is_none_is_refused(wrong: str):
    with pytest.raises(AddressError) as refused:
        TcpGate(wrong).start()
    assert refused.value.address in str(refused.value)
    assert isinstance(refused.value, ValueError)


def test_a_url_is_refused_with_the_address_that_it_has():
    with pytest.raises(AddressError, match="give cache:6379, not a URL") as refused:
        TcpGate("redis://:secret@cache/0").start()
    assert refused.value.address == "cache:6379"


def test_a_port_that_is_taken_is_an_error_of_the_system(echo: Address):
    gate = TcpGate("localhost:1", listen=echo)
    with pytest.raises(StartError, match="cannot listen on") as refused:
        gate.start()
    assert isinstance(refused.value, OSError)
    assert refused.value.errno == errno.EADDRINUSE
    assert not gate.is_running


@pytest.mark.parametrize(
    ("make", "bound"),
    [
        (lambda: UdpGate("localhost:1", idle=-1), "between 0s and 365d"),
        (
            lambda: TcpGate("localhost:1", on_dial_failure="late"),  # type: ignore[arg-type]
            "is 'late': it must be one of fin, reset",
        ),
        (
            lambda: TcpGate("localhost:1").close_connections("late"),  # type: ignore[arg-type]
            "is 'late': it must be one of fin, reset",
        ),
        (lambda: TcpGate("localhost:1").close_connections(count=-1), "count is -1: it must be a whole"),
        (lambda: TcpGate("localhost:1").close_connection(-1), "number is -1: it must be a whole number"),
        (lambda: TcpGate("localhost:1").wait_for_connections(-1), "wanted is -1: it must be a whole"),
        (
            lambda: TcpGate("localhost:1").to_client.add(Stall()).wait_for_hits(-1),
            "wanted is -1: it must be a whole number from 0 to 2**64 - 1",
        ),
        (lambda: TcpGate("localhost:1", seed=-1), "seed is -1: it must be a whole number from 0"),
        (lambda: TcpGate("localhost:1", seed=2**64), "it must be a whole number from 0 to 2**64 - 1"),
        (lambda: TcpGate("localhost:1", buffer=10), "buffer is 10: it must be a whole number from 4096"),
        (
            lambda: TcpGate("localhost:1", buffer="1MB"),  # type: ignore[arg-type]
            "buffer is '1MB': it must be a whole number from 4096",
        ),
        (lambda: TcpGate("localhost:1", buffer_total=-1), "buffer_total is -1: it must be a whole"),
    ],
)
def test_a_wrong_option_is_refused(make: Any, bound: str):
    with pytest.raises(OptionError, match=re.escape(bound)) as refused:
        make()
    assert isinstance(refused.value, ValueError)
    assert refused.value.reason in str(refused.value)


def test_a_time_that_is_none_is_refused():
    gate = TcpGate("localhost:1")
    for wrong in (None, True, [1], b"1s"):
        with pytest.raises(TypeError, match="a time is seconds, a timedelta or a text"):
            gate.wait_for_connections(0, within=wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="idle"):
        TcpGate("localhost:1", idle=1)  # type: ignore[call-arg]


def test_a_server_that_is_not_there_ends_the_client_as_it_was_told(connect: Connect):
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = free.getsockname()
    with TcpGate(nobody) as gate, pytest.raises(ConnectionResetError):
        connect(gate).recv(1)
    with TcpGate(nobody, on_dial_failure="fin") as gate:
        assert connect(gate).recv(1) == b""
        assert any(event.what == "dial_failed" for event in gate.events)


def test_every_way_of_accepting_has_a_name_of_its_own():
    names = {getattr(chaosgate, name) for name in chaosgate.__all__ if name != "Accepting"}
    assert {way for way in Accepting if way in names} == {*Accepting}


@pytest.mark.parametrize("kind", [TcpGate, UdpGate, chaosgate.Entry, aio.TcpGate, aio.UdpGate, aio.Entry])
def test_the_time_of_a_wait_is_given_by_its_name_alone(kind: type):
    calls = [inspect.signature(call) for _, call in inspect.getmembers(kind, inspect.isfunction)]
    times = [call.parameters["within"] for call in calls if "within" in call.parameters]
    assert times
    assert {time.kind for time in times} == {inspect.Parameter.KEYWORD_ONLY}


def test_the_way_of_accepting_is_changed_by_assigning(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        assert gate.accepting is Accept is Accepting.ACCEPT
        gate.accepting = Refuse
        with pytest.raises(ConnectionRefusedError):
            connect(gate)
        gate.accepting = Hold
        held = connect(gate)
        held.sendall(b"ping")
        assert gate.connection_count == 0
        gate.accepting = "accept"
        assert held.recv(4) == b"ping"
        gate.accepting = Mute
        muted = connect(gate)
        gate.accepting = ResetAtOnce
        with pytest.raises(ConnectionResetError):
            muted.recv(1)
        with pytest.raises(ConnectionResetError):
            # It may be reset before the connect returns.
            connect(gate).recv(1)
        assert not gate.is_healed
        gate.heal()
        assert gate.accepting is Accept
        assert ask(connect(gate)) == b"ping"


def test_a_way_of_accepting_that_there_is_not_is_refused(echo: Address):
    with TcpGate(echo) as gate:
        for wrong in ("sometimes", Reset):
            with pytest.raises(OptionError, match="accepting is .*: it must be one of accept, hold, refuse"):
                gate.accepting = wrong  # type: ignore[assignment]
        assert gate.accepting is Accept
    with UdpGate(echo) as udp, pytest.raises(AcceptingError, match="accept, hold or refuse"):
        udp.accepting = Mute


def test_a_port_taken_meanwhile_keeps_the_gate_from_accepting(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        gate.accepting = Refuse
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            thief.bind(gate.address)
            thief.listen()
            with pytest.raises(AcceptingError) as refused:
                gate.heal()
        assert refused.value.errno == errno.EADDRINUSE
        assert gate.accepting is Refuse
        gate.heal()
        assert ask(connect(gate)) == b"ping"


def test_connections_are_closed_all_some_or_one(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        clients = [connect(gate) for _ in range(4)]
        for client in clients:
            assert ask(client) == b"ping"
        first, second, *_ = gate.connections
        assert first.client == clients[0].getsockname()
        assert gate.close_connection(first.number)
        assert not gate.close_connection(first.number)
        assert clients[0].recv(1) == b""
        assert gate.close_connections("reset", count=1) == 1
        with pytest.raises(ConnectionResetError):
            clients[1].recv(1)
        assert second.number not in {connection.number for connection in gate.connections}
        assert gate.close_connections() == 2
        assert gate.connection_count == 0
        gate.wait_for_no_connections(within=PATIENCE)


def test_what_goes_through_is_counted(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        gate.to_client.set(Latency(delay="1ms"))
        client = connect(gate)
        assert ask(client, b"12345") == b"12345"
        (connection,) = gate.connections
        assert (connection.to_server.received, connection.to_server.sent) == (5, 5)
        assert (connection.to_client.received, connection.hits) == (5, 1)
        assert connection.since.timestamp() == pytest.approx(time.time(), abs=PATIENCE)
        client.close()
        gate.wait_for_no_connections(within=PATIENCE)
        totals = gate.totals
        assert (totals.accepted, totals.connected, totals.unreachable) == (1, 1, 0)
        assert totals.to_client.sent == 5


def test_what_happens_is_told_as_events_and_as_a_timeline(echo: Address, connect: Connect):
    with TcpGate(echo) as gate, gate.to_client.fault(Latency(delay="1ms", name="slow", end=False)) as slow:
        client = connect(gate)
        assert ask(client) == b"ping"
        slow.wait_for_hits(1, within=PATIENCE)
        client.close()
        gate.wait_for_no_connections(within=PATIENCE)
        names = [event.what for event in gate.events]
        assert names == ["faults_set", "accepted", "connected", "hit", "closed"]
        assert [event.number for event in gate.events] == [1, 2, 3, 4, 5]
        assert gate.event_count == 5
        assert gate.events_since(3) == gate.events[3:]
        hit = gate.events[3]
        assert (hit.connection, hit.details) == (
            1,
            {"direction": "to_client", "fault": "slow", "count": 1},
        )
        assert 0 < hit.at < gate.age < PATIENCE
        assert gate.events[4].details == {"by": "client", "how": "fin"}
        assert str(hit) in gate.timeline.splitlines()


def test_a_wait_that_is_over_says_what_there_was(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        connect(gate)
        gate.wait_for_connections(within=PATIENCE)
        with pytest.raises(WaitError, match="only 1 of 2 connections") as over:
            gate.wait_for_connections(2, within="1ms")
        assert (over.value.wanted, over.value.got, over.value.within) == (2, 1, 0.001)
        assert isinstance(over.value, TimeoutError)
        with pytest.raises(WaitError, match="1 connections still stand"):
            gate.wait_for_no_connections(within=0.001)
        entry = gate.to_client.add(Stall())
        with pytest.raises(WaitError, match="only 0 of 1 hits of stall"):
            entry.wait_for_hits(within=0.001)


def test_what_was_reached_is_not_waited_for(echo: Address):
    gate = TcpGate(echo)
    gate.wait_for_no_connections(within=0)
    gate.wait_for_connections(0, within=0)
    gate.to_client.add(Stall()).wait_for_hits(0, within=0)


def test_every_error_is_one_of_the_package():
    assert len(ERRORS) > 10
    assert all(issubclass(error, ChaosgateError) for error in ERRORS)


ERRORS = [getattr(chaosgate, name) for name in chaosgate.__all__ if name.endswith("Error")]


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_comes_whole_through_a_pipe(kind: type[ChaosgateError]):
    options = inspect.signature(kind.__init__).parameters.values()
    given = {option.name: f"<{option.name}>" for option in options if option.kind is option.KEYWORD_ONLY}
    error = kind("a message", **given)
    again = pickle.loads(pickle.dumps(error))
    assert str(error).startswith("a message")
    assert (type(again), str(again), again.args) == (kind, str(error), error.args)
    for name, value in given.items():
        assert getattr(again, name) == value


def test_faults_can_be_set_before_the_start(echo: Address, connect: Connect):
    gate = TcpGate(echo)
    gate.to_client.set(Loss(ratio=0.0), Latency(delay=0.05))
    with gate:
        begin = time.monotonic()
        assert ask(connect(gate)) == b"ping"
        assert time.monotonic() - begin >= 0.05
