"""What every to_* and set_*_interceptor returns: awaitable, and a queue of calls."""

from __future__ import annotations

import asyncio
import gc
import inspect
import socket
import sys
import warnings
from typing import Any, cast

import pytest
from chaosgate import chaos
from peers import Tcp
from support import LONG, TICK, behave, forward, intercept, seconds, soon

pytestmark = pytest.mark.asyncio

BEHAVIOURS: list[tuple[str, tuple[Any, ...]]] = [
    ("pass", ()),
    ("noop", ()),
    ("drop", ()),
    ("delay", (0.001,)),
    ("close_on_data", ()),
    ("corrupt_data", ()),
    ("limit_bps", (1_000,)),
    ("limit_time", (1, 1)),
    ("smaller_parts", (10,)),
    ("concat_packets", (3,)),
    ("limit_bytes", (1_000,)),
    ("substitute", ("a", "b")),
]


async def test_it_may_be_awaited_used_or_ignored(tcp: Tcp, direction: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with tcp.gate() as gate:
            for behaviour, arguments in BEHAVIOURS:
                calls: Any = behave(gate, direction, behaviour, *arguments)
                assert inspect.isawaitable(cast(object, calls))
                assert await calls is calls
                assert await calls is calls
                assert not calls.has_calls
                assert calls.times_called == 0
                behave(gate, direction, behaviour, *arguments)
            gc.collect()


ACTS: list[tuple[str, tuple[Any, ...]]] = [
    ("noop", ()),
    ("drop", ()),
    ("delay", (0.001,)),
    ("close_on_data", ()),
    ("corrupt_data", ()),
    ("limit_bps", (10,)),
    ("smaller_parts", (10,)),
    ("limit_bytes", (4,)),
    ("substitute", ("match", "x")),
]
PASSES: list[tuple[str, tuple[Any, ...]]] = [
    ("limit_bps", (1_000,)),
    ("limit_time", (LONG, LONG)),
    ("concat_packets", (3,)),
    ("limit_bytes", (1_000,)),
]
PORTION = b"a portion that has a match"


@pytest.mark.parametrize(("behaviour", "arguments"), ACTS)
async def test_an_entry_is_there_after_a_portion_was_treated(
    tcp: Tcp, direction: str, behaviour: str, arguments: tuple[Any, ...]
):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = await behave(gate, direction, behaviour, *arguments)
        assert not calls.has_calls
        await wire.along(direction)[0].send(PORTION)
        call = await soon(calls.wait_call())
        assert set(call) == {"loop", "socket_from", "socket_to"}


async def test_also_when_the_time_of_limit_time_is_over(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = behave(gate, direction, "limit_time", 0.01, 0)
        await wire.goes(direction)
        await asyncio.sleep(0.02)
        await wire.along(direction)[0].send(PORTION)
        await soon(calls.wait_call())


async def test_also_when_concat_packets_has_joined_some(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = behave(gate, direction, "concat_packets", 6)
        for part in (b"abc", b"def"):
            await wire.along(direction)[0].send(part)
            await wire.goes_against(direction)
        await soon(calls.wait_call())


async def test_also_when_substitute_found_nothing(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = behave(gate, direction, "substitute", "nothing like it", "x")
        await wire.goes(direction, PORTION)
        await soon(calls.wait_call())


@pytest.mark.parametrize(("behaviour", "arguments"), PASSES)
async def test_a_portion_that_is_let_through_as_it_is_leaves_none(
    tcp: Tcp, direction: str, behaviour: str, arguments: tuple[Any, ...]
):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = behave(gate, direction, behaviour, *arguments)
        await wire.goes(direction, PORTION)
        # A view of the hits of the engine, which counts what a fault did.
        assert not calls.has_calls


async def test_the_wait_for_a_call_has_a_limit(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        for calls in (behave(gate, direction, "drop"), behave(gate, direction, "pass")):
            begin = seconds()
            with pytest.raises(Exception, match=r".") as raised:
                await soon(calls.wait_call(timeout=0.05))
            assert type(raised.value).__name__ == "CallQueueTimeoutError"
            assert seconds() - begin >= 0.05 - TICK


async def test_calls_of_a_built_in_behaviour_are_taken_one_by_one(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = behave(gate, direction, "delay", 0.001)
        for _ in range(3):
            await wire.goes(direction)
        assert calls.times_called == 3
        assert calls.has_calls
        calls.next_call()
        assert calls.times_called == 2
        await soon(calls.wait_call())
        calls.flush()
        assert (calls.times_called, calls.has_calls) == (0, False)
        with pytest.raises(Exception, match=r".") as raised:
            calls.next_call()
        assert type(raised.value).__name__ == "CallQueueEmptyError"
        await wire.goes(direction)
        assert calls.times_called == 1


async def test_each_call_has_a_queue_of_its_own(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        old = behave(gate, direction, "delay", 0.001)
        await wire.goes(direction)
        new = behave(gate, direction, "delay", 0.001)
        assert (old.times_called, new.times_called) == (1, 0)
        await wire.goes(direction)
        assert (old.times_called, new.times_called) == (1, 1)


async def test_a_wait_ends_with_the_next_portion(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = behave(gate, direction, "delay", 0.001)
        waiting = asyncio.ensure_future(calls.wait_call(timeout=LONG))
        await wire.goes_against(direction)
        assert not waiting.done()
        await wire.goes(direction)
        await soon(waiting)
        assert not calls.has_calls


async def test_calls_of_an_interceptor_have_its_arguments(tcp: Tcp, direction: str):
    async def renamed(ev: chaos.EvLoop, a: socket.socket, b: socket.socket) -> None:
        await forward(ev, a, b)

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = await intercept(gate, direction, renamed)
        await wire.goes(direction)
        call = await soon(calls.wait_call(timeout=10.0))
        assert list(call) == ["ev", "a", "b"]
        assert call["ev"] is asyncio.get_running_loop()
        assert {type(call["a"]), type(call["b"])} == {socket.socket}
        assert (calls.has_calls, calls.times_called) == (False, 0)
        await wire.goes(direction)
        assert await soon(calls.wait_call()) == call


async def test_an_entry_is_there_only_when_the_interceptor_has_ended(tcp: Tcp, direction: str):
    allowed = asyncio.Event()

    async def wait(loop: chaos.EvLoop, socket_from: Any, socket_to: Any) -> None:
        await forward(loop, socket_from, socket_to)
        await allowed.wait()

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = intercept(gate, direction, wait)
        await wire.goes(direction)
        await wire.goes_against(direction)
        assert not calls.has_calls
        allowed.set()
        await soon(calls.wait_call())


@pytest.mark.parametrize("error", [chaos.GateInterceptException, ZeroDivisionError])
async def test_an_entry_is_there_also_when_the_interceptor_raised(
    tcp: Tcp, direction: str, error: type[Exception]
):
    async def fail(loop: chaos.EvLoop, socket_from: Any, socket_to: Any) -> None:
        raise error

    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = intercept(gate, direction, fail)
        await wire.along(direction)[0].send(b"x")
        assert set(await soon(calls.wait_call())) == {"loop", "socket_from", "socket_to"}


async def test_calls_of_an_interceptor_can_be_taken_and_forgotten(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = intercept(gate, direction, forward)
        for _ in range(3):
            await wire.goes(direction)
        taken = [await soon(calls.wait_call())]
        while len(taken) < 3:
            taken.append(calls.next_call() if calls.has_calls else await soon(calls.wait_call()))
        with pytest.raises(Exception, match=r".") as raised:
            calls.next_call()
        assert type(raised.value).__name__ == "CallQueueEmptyError"
        await wire.goes(direction)
        await wire.goes_against(direction)
        assert calls.times_called == 1
        calls.flush()
        assert not calls.has_calls
        with pytest.raises(Exception, match=r".") as raised:
            await soon(calls.wait_call(timeout=0.01))
        assert type(raised.value).__name__ == "CallQueueTimeoutError"


async def test_the_wait_has_a_limit_of_ten_seconds_unless_told(tcp: Tcp):
    for calls in (tcp.gate().to_server_drop(), tcp.gate().set_to_server_interceptor(forward)):
        assert inspect.signature(calls.wait_call).parameters["timeout"].default == 10.0


async def test_it_is_a_queue_of_testsuite_where_that_is_installed(tcp: Tcp):
    gate = tcp.gate()
    both = (gate.to_server_drop(), gate.set_to_client_interceptor(forward))
    if sys.modules.get("testsuite", ...) is None:
        kinds = {kind for calls in both for kind in type(calls).__mro__}
        assert not any(kind.__module__.startswith("testsuite") for kind in kinds)
        return
    from testsuite.utils import callinfo

    for calls in both:
        assert isinstance(calls, callinfo.AsyncCallQueue)
        with pytest.raises(callinfo.CallQueueEmptyError):
            calls.next_call()
        with pytest.raises(callinfo.CallQueueTimeoutError):
            await calls.wait_call(timeout=0.001)


async def test_it_can_be_shown(tcp: Tcp):
    gate = tcp.gate()
    assert "drop" in repr(gate.to_server_drop())
    assert "forward" in repr(gate.set_to_client_interceptor(forward))
