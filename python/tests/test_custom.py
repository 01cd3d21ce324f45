"""Faults that are Python functions."""

from __future__ import annotations

import asyncio
import functools
import gc
import logging
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from chaosgate import Custom, FaultError, Latency, TcpGate, UdpGate
from conftest import PATIENCE, Connect, ask, until

Address = tuple[str, int]


def test_a_function_changes_what_comes(echo: Address, connect: Connect):
    with TcpGate(echo) as gate, gate.to_client.fault(Custom(bytes.upper)) as loud:
        client = connect(gate)
        assert ask(client, b"one") == b"ONE"
        assert ask(client, b"two") == b"TWO"
        assert (loud.name, str(loud), loud.hits) == ("upper", "custom(upper)", 2)
        gate.pass_()
        assert ask(client, b"three") == b"three"


def test_a_function_may_drop_and_the_order_stays(echo: Address, connect: Connect):
    def only_odd(data: bytes) -> bytes | None:
        return data if int(data) % 2 else None

    with TcpGate(echo) as gate, gate.to_server.fault(Custom(only_odd)) as odd:
        client = connect(gate)
        for number in range(1, 10):
            client.sendall(b"%d" % number)
            odd.wait_for_hits(number, within=PATIENCE)
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as answers:
            assert answers.read() == b"13579", "the end of the stream comes behind"


def test_nothing_is_an_empty_datagram_only_for_udp(udp_echo: Address, echo: Address, connect: Connect):
    with (
        UdpGate(udp_echo) as gate,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        client.settimeout(PATIENCE)
        client.connect(gate.address)
        gate.to_client.set(Custom(lambda data: b"" if data == b"empty" else data + b"!"))
        client.send(b"empty")
        assert client.recv(100) == b""
        client.send(b"a")
        assert client.recv(100) == b"a!"
    with TcpGate(echo) as tcp, tcp.to_client.fault(Custom(lambda data: data.strip(b" "))) as strip:
        tcp_client = connect(tcp)
        tcp_client.sendall(b"  ")
        strip.wait_for_hits(1, within=PATIENCE)
        assert ask(tcp_client) == b"ping"


def test_an_object_has_state_for_each_direction_of_each_connection(echo: Address, connect: Connect):
    class Numbered:
        def __init__(self) -> None:
            self.count = 0

        def __call__(self, data: bytes) -> bytes:
            self.count += 1
            return b"%d" % self.count + data[1:]

    with TcpGate(echo) as gate:
        gate.to_client.set(Custom.per_connection(Numbered, name="numbered"))
        first, second = connect(gate), connect(gate)
        assert [ask(first), ask(first), ask(second)] == [b"1ing", b"2ing", b"1ing"]
        assert gate.to_client.entries[0].name == "numbered"


def test_an_exception_resets_its_connection_alone_and_is_logged(
    echo: Address, connect: Connect, caplog: pytest.LogCaptureFixture
):
    def picky(data: bytes) -> bytes:
        if data == b"evil":
            raise ValueError("evil data")
        return data

    with TcpGate(echo) as gate:
        gate.to_server.set(Custom(picky))
        good, bad = connect(gate), connect(gate)
        assert ask(good) == ask(bad) == b"ping"
        with pytest.raises(ConnectionResetError):
            ask(bad, b"evil")
        assert ask(good) == b"ping"
        assert "closed by picky to_server (reset)" in gate.timeline
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage() == "custom(picky) failed on connection 2"
    assert "evil data" in caplog.text


@pytest.mark.parametrize("raised", [SystemExit, asyncio.CancelledError, pytest.fail.Exception])
def test_the_next_connection_is_served_whatever_a_function_raises(
    raised: type[BaseException], echo: Address, connect: Connect
):
    def once(data: bytes) -> bytes:
        if data == b"evil":
            raise raised
        return data

    with TcpGate(echo) as gate:
        gate.to_server.set(Custom(once))
        with pytest.raises(ConnectionResetError):
            ask(connect(gate), b"evil")
        assert ask(connect(gate)) == b"ping"


def test_what_a_function_returns_must_be_bytes(
    echo: Address, connect: Connect, caplog: pytest.LogCaptureFixture
):
    with TcpGate(echo) as gate:
        gate.to_server.set(Custom(lambda data: data.decode()))  # type: ignore[arg-type,return-value]
        with pytest.raises(ConnectionResetError):
            ask(connect(gate))
    assert "TypeError" in caplog.text


class Slow:
    """A function that works until it is let go on."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, data: bytes) -> bytes:
        self.called.set()
        assert self.go_on.wait(PATIENCE)
        return data.upper()


def test_a_slow_function_holds_up_its_connection_alone(echo: Address, connect: Connect):
    slow = Slow()
    with TcpGate(echo, name="slow") as gate, TcpGate(echo, name="other") as other:
        other.both.set(Custom(bytes.upper, name="up"), Latency(delay="1ms"))
        gate.to_server.set(Custom(slow))
        held = connect(gate)
        held.sendall(b"ping")
        assert slow.called.wait(PATIENCE)
        assert ask(connect(other)) == b"PING", "another function goes on"
        gate.pass_()
        assert ask(connect(gate)) == b"ping", "and so do other connections of the gate"
        held.sendall(b"more")
        slow.go_on.set()
        with held.makefile("rb") as answers:
            assert answers.read(8) == b"PINGmore", "what it worked on passes, in its place"


def test_what_waits_for_the_function_of_another_connection_passes_when_it_is_removed(
    echo: Address, connect: Connect
):
    slow = Slow()
    with TcpGate(echo) as gate:
        gate.to_server.set(Custom(slow))
        first, second = connect(gate), connect(gate)
        first.sendall(b"ping")
        assert slow.called.wait(PATIENCE)
        second.sendall(b"ping")
        until(lambda: gate.totals.to_server.received == 8)
        gate.heal()
        assert second.recv(4) == b"ping", "as it is, and at once"
        slow.go_on.set()
        assert first.recv(4) == b"PING"


def test_a_connection_can_be_closed_while_its_function_runs(echo: Address, connect: Connect):
    slow = Slow()
    with TcpGate(echo) as gate:
        gate.to_server.set(Custom(slow))
        client = connect(gate)
        client.sendall(b"ping")
        assert slow.called.wait(PATIENCE)
        gate.close_connections("reset")
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        slow.go_on.set()
        assert ask(connect(gate)) == b"PING"


def test_a_function_may_change_its_own_gate(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:

        def once(data: bytes) -> bytes:
            gate.to_client.pass_()
            return data.upper()

        gate.to_client.set(Custom(once))
        client = connect(gate)
        assert [ask(client), ask(client)] == [b"PING", b"ping"]


def test_the_thread_goes_when_the_fault_has_gone(echo: Address, connect: Connect):
    def is_answered() -> bool:
        return any(thread.name == "chaosgate short_lived" for thread in threading.enumerate())

    def short_lived(data: bytes) -> bytes:
        return data

    fault = Custom(short_lived)
    assert not is_answered(), "it begins when the fault is set"
    with TcpGate(echo) as gate:
        gate.both.set(fault)
        assert ask(connect(gate)) == b"ping"
        del fault
        gc.collect()
        assert ask(connect(gate)) == b"ping", "the gate has it still"
        gate.pass_()
        gate.close_connections()
        until(lambda: not is_answered())


# Talks to itself through the gate that it is told of, and says from when to when.
TALK = """
import socket, sys, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
client = socket.create_connection(("127.0.0.1", int(input())))
peer, _ = server.accept()
print("ready", flush=True)
input()
begin = time.monotonic()
for _ in range(100):
    client.sendall(b"ping")
    peer.sendall(peer.recv(100))
    client.recv(100)
print(begin, time.monotonic(), flush=True)
"""


def test_traffic_passes_while_python_holds_the_gil():
    with subprocess.Popen(
        [sys.executable, "-c", TALK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        with TcpGate(("127.0.0.1", int(other.stdout.readline()))) as gate:
            gate.both.set(Latency(delay="10us"))
            print(gate.port, file=other.stdin, flush=True)
            assert other.stdout.readline() == "ready\n"
            print("go", file=other.stdin, flush=True)
            # One call in C, which lets nobody else in.
            begin = time.monotonic()
            assert not re.fullmatch("(a+)+", "a" * 25 + "b")
            end = time.monotonic()
            first, last = map(float, other.stdout.readline().split())
        assert begin - 1 < first
        assert last < end, f"held for {end - begin:.1f} s, and the talk took {last - first:.1f} s"


async def awaited(data: bytes) -> bytes:
    return data


def yields(data: bytes) -> Iterator[bytes]:
    yield data


class Awaited:
    async def __call__(self, data: bytes) -> bytes:
        return data


NO_ANSWER = [
    (b"bytes", "it is no function"),
    (None, "it is no function"),
    (awaited, "an async def"),
    (functools.partial(awaited), "an async def"),
    (Awaited(), "an async def"),
    (yields, "it yields"),
    (lambda: b"", "it cannot be called with 1 argument"),
    (lambda data, more: data, "missing a required argument: 'more'"),
]


@pytest.mark.parametrize(("function", "reason"), NO_ANSWER)
def test_what_gives_no_bytes_is_refused_when_the_fault_is_made(function: Any, reason: str):
    with pytest.raises(FaultError, match="^custom: function is .*" + reason) as refused:
        Custom(function)
    assert (refused.value.fault, refused.value.field) == ("custom", "function")


def test_what_makes_no_function_is_refused_when_the_fault_is_made():
    for make in (awaited, lambda needed: bytes.upper, None):
        with pytest.raises(FaultError):
            Custom.per_connection(make)  # type: ignore[arg-type]


def test_a_made_function_that_gives_no_bytes_says_so_in_the_log(
    echo: Address, connect: Connect, caplog: pytest.LogCaptureFixture
):
    made: Any = Custom.per_connection(lambda: awaited)  # type: ignore[arg-type,return-value]
    with TcpGate(echo) as gate, gate.to_client.fault(made), pytest.raises(ConnectionResetError):
        ask(connect(gate))
    assert "an async def" in caplog.text
