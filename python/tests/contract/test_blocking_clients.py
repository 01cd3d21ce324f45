"""A client that blocks the loop's own thread: the gate needs neither the loop nor the GIL."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

import pytest
from chaosgate import chaos
from echo import Echo
from peers import Tcp
from support import PATIENCE, behave, forward

pytestmark = pytest.mark.asyncio


def connect(gate: chaos.TcpGate) -> socket.socket:
    return socket.create_connection(gate.get_sockname_for_clients(), timeout=PATIENCE)


async def test_a_connect_succeeds_right_after_start(tcp: Tcp):
    gate = tcp.gate()
    gate.start()
    with socket.socket() as client:
        client.settimeout(PATIENCE)
        client.connect(gate.get_sockname_for_clients())
    await gate.stop()


async def test_a_connect_succeeds_while_nobody_is_accepted(tcp: Tcp):
    async with tcp.gate() as gate:
        await gate.stop_accepting()
        with connect(gate) as client:
            client.sendall(b"ping")
            gate.start_accepting()
            assert await (await tcp.accept()).receive(4) == b"ping"


async def test_a_whole_conversation_goes_through(tcp: Tcp, echo: Echo):
    async with tcp.gate(port_to_server=echo.port) as gate:
        with connect(gate) as client:
            for _ in range(20):
                client.sendall(b"ping")
                assert client.recv(4, socket.MSG_WAITALL) == b"ping"


@pytest.mark.parametrize(
    ("behaviour", "arguments", "answer"),
    [
        ("delay", (0.01,), b"ping"),
        ("substitute", ("ping", "pong"), b"pong"),
        ("limit_bps", (9_000,), b"ping"),
    ],
)
async def test_built_in_behaviours_go_on_without_the_loop(
    tcp: Tcp, echo: Echo, direction: str, behaviour: str, arguments: tuple[object, ...], answer: bytes
):
    async with tcp.gate(port_to_server=echo.port) as gate:
        behave(gate, direction, behaviour, *arguments)
        with connect(gate) as client:
            client.sendall(b"ping")
            assert client.recv(4, socket.MSG_WAITALL) == answer


async def test_a_held_answer_lets_a_read_time_out(tcp: Tcp, echo: Echo):
    async with tcp.gate(port_to_server=echo.port) as gate:
        gate.to_client_noop()
        with connect(gate) as client:
            client.sendall(b"ping")
            client.settimeout(0.05)
            begin = time.monotonic()
            with pytest.raises(TimeoutError):
                client.recv(4)
            assert time.monotonic() - begin >= 0.049
            gate.to_client_pass()
            client.settimeout(PATIENCE)
            assert client.recv(4, socket.MSG_WAITALL) == b"ping"


async def test_an_interceptor_waits_for_the_loop_and_serves_then(tcp: Tcp, echo: Echo):
    async with tcp.gate(port_to_server=echo.port) as gate:
        calls = gate.set_to_client_interceptor(forward)
        with connect(gate) as client:
            client.sendall(b"ping")
            client.settimeout(0.05)
            with pytest.raises(TimeoutError):
                client.recv(4)
            assert not calls.has_calls
            await calls.wait_call()
            client.settimeout(PATIENCE)
            assert client.recv(4, socket.MSG_WAITALL) == b"ping"


async def test_a_connection_is_closed_under_a_blocking_read(tcp: Tcp, echo: Echo):
    async with tcp.gate(port_to_server=echo.port) as gate:
        gate.to_client_close_on_data()
        with connect(gate) as client:
            client.sendall(b"ping")
            with suppress(ConnectionResetError):
                assert client.recv(4) == b""
