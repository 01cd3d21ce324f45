"""What the module has, and what each thing is."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
from typing import Any, get_args

import pytest
import uvloop
from chaosgate import chaos
from datagrams import Udp
from peers import Tcp
from support import soon

pytestmark = pytest.mark.asyncio


async def test_the_loop_is_of_the_kind_that_was_asked_for(pytestconfig: pytest.Config):
    is_uvloop = isinstance(asyncio.get_running_loop(), uvloop.Loop)
    assert is_uvloop == pytestconfig.pluginmanager.hasplugin("on_uvloop")


async def test_the_names_of_the_original_are_there():
    assert isinstance(chaos.GateRoute, type)
    assert issubclass(chaos.TcpGate, chaos.BaseGate)
    assert issubclass(chaos.UdpGate, chaos.BaseGate)
    assert chaos.RECV_MAX_SIZE == 4096
    assert chaos.MAX_DELAY == 60.0


async def test_the_aliases_are_types():
    assert chaos.Address == tuple[str, int]
    assert chaos.EvLoop is Any
    assert chaos.Socket is socket.socket
    parameters, _ = get_args(chaos.Interceptor)
    assert len(parameters) == 3
    assert parameters[1] is parameters[2] is socket.socket


@pytest.mark.parametrize("error", ["GateException", "GateInterceptException"])
async def test_the_exceptions_of_the_original_are_no_kind_of_each_other(error: str):
    kind = getattr(chaos, error)
    assert kind.__base__ in (Exception, chaos.BaseError)
    assert not issubclass(chaos.GateException, chaos.GateInterceptException)
    assert not issubclass(chaos.GateInterceptException, chaos.GateException)
    assert str(kind("why")) == "why"


async def test_the_exceptions_of_newer_versions_are_there():
    assert chaos.BaseError.__base__ is Exception
    assert chaos.ConnectionClosedError.__base__ is chaos.BaseError


async def test_a_tcp_gate_has_no_is_connected(tcp: Tcp):
    with pytest.raises(AttributeError):
        tcp.gate().is_connected  # type: ignore[attr-defined] # noqa: B018


@pytest.mark.parametrize("name", ["connections_count", "wait_for_connections"])
async def test_a_udp_gate_counts_no_connections(udp: Udp, name: str):
    with pytest.raises(AttributeError):
        getattr(udp.gate(), name)


async def test_a_datagram_can_be_waited_for(udp: Udp):
    receiver, sender = udp.peer(), udp.peer()
    waiting = asyncio.ensure_future(chaos._get_message_task(receiver.socket))
    # The empty one does not end the wait.
    for data in (b"", b"ping"):
        sender.send(data, receiver.address)
    assert await soon(waiting) == (b"ping", sender.address)


async def test_readability_can_be_waited_for(udp: Udp):
    receiver, sender = udp.peer(), udp.peer()
    waiting = asyncio.ensure_future(chaos._wait_for_data(receiver.socket))
    await asyncio.sleep(0)
    assert not waiting.done()
    sender.send(b"ping", receiver.address)
    await soon(waiting)
    assert receiver.has_something(), "it reads nothing"
    await soon(chaos._wait_for_data(receiver.socket, timeout=1.0))


async def test_the_wait_for_readability_has_a_limit(udp: Udp):
    with pytest.raises((asyncio.TimeoutError, chaos.BaseError)):
        await soon(chaos._wait_for_data(udp.peer().socket, timeout=0.01))


@pytest.mark.parametrize("has_trace", [True, False])
async def test_it_works_with_and_without_a_trace_in_logging(
    tcp: Tcp, monkeypatch: pytest.MonkeyPatch, has_trace: bool
):
    if has_trace:
        monkeypatch.setattr(logging, "trace", logging.debug, raising=False)
    else:
        monkeypatch.delattr(logging, "trace", raising=False)
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        await wire.goes("to_server")
        await gate.sockets_close()


async def test_it_can_be_imported_without_what_it_may_be_used_with():
    hidden = "import sys; sys.modules.update(dict.fromkeys(['testsuite', 'uvloop', 'pytest']))"
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-W", "error", "-c", f"{hidden}; from chaosgate import chaos; print(chaos.TcpGate)"],
        capture_output=True,
        text=True,
    )
    assert "TcpGate" in done.stdout, done.stderr
