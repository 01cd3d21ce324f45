"""What to_* and set_* give, as coroutines and as interceptors: newer test suites do both."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Coroutine
from typing import Any

import pytest
from chaosgate import chaos
from chaosgate.chaos import _testsuite
from peers import Tcp
from support import behave, forward, intercept, soon

pytestmark = pytest.mark.asyncio


def gives(gate: chaos.TcpGate, direction: str) -> list[Any]:
    """One of each kind."""
    given = [behave(gate, direction, "pass"), behave(gate, direction, "drop")]
    return [*given, intercept(gate, direction, forward), intercept(gate, direction, None)]


async def test_it_is_a_coroutine_and_can_be_made_a_task(tcp: Tcp, direction: str):
    for calls in gives(tcp.gate(), direction):
        assert isinstance(calls, Coroutine)
        assert asyncio.iscoroutine(calls)
        assert inspect.isawaitable(calls)
        assert await asyncio.create_task(calls) is calls
        assert await asyncio.ensure_future(calls) is calls
        assert await asyncio.wait_for(calls, 1) is calls
        assert await asyncio.gather(calls, asyncio.sleep(0, 1)) == [calls, 1]
        (done,), _ = await asyncio.wait([asyncio.create_task(calls)])
        assert done.result() is calls
        assert await calls is calls, "still"


async def test_it_can_be_made_a_task_from_another_thread(tcp: Tcp, direction: str):
    loop = asyncio.get_running_loop()
    for calls in gives(tcp.gate(), direction):
        started = asyncio.run_coroutine_threadsafe(calls, loop)
        assert await asyncio.to_thread(started.result, 30) is calls


async def test_a_group_of_tasks_takes_it(tcp: Tcp, direction: str):
    groups: Any = getattr(asyncio, "TaskGroup", None)
    if groups is None:
        pytest.skip("this Python has no groups of tasks")
    async with groups() as group:
        tasks = [(calls, group.create_task(calls)) for calls in gives(tcp.gate(), direction)]
    assert all(task.result() is calls for calls, task in tasks)


async def test_a_debugging_loop_can_print_its_task(tcp: Tcp, direction: str):
    asyncio.get_running_loop().set_debug(True)
    for calls in gives(tcp.gate(), direction):
        task = asyncio.create_task(calls)
        assert repr(task)
        await task


async def test_no_interceptor_reads_nothing(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = await intercept(gate, direction, None)
        sender, receiver = wire.along(direction)
        await sender.send(b"held")
        await soon(calls.wait_call())
        assert not receiver.has_something()
        behave(gate, direction, "pass")
        assert await receiver.receive(4) == b"held"


async def test_the_queue_of_a_behaviour_sets_it_again(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        sender, receiver = wire.along(direction)
        dropped = await behave(gate, direction, "drop")
        await sender.send(b"one")
        assert set(await soon(dropped.wait_call())) == {"loop", "socket_from", "socket_to"}
        await behave(gate, direction, "pass")
        await wire.goes(direction)
        assert await intercept(gate, direction, dropped) is dropped
        await sender.send(b"two")
        await soon(dropped.wait_call())
        assert not receiver.has_something()
        assert not dropped.has_calls


async def test_the_queue_of_a_behaviour_begins_with_a_state_of_its_own(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        limited = await behave(gate, direction, "limit_bytes", 6)
        for _ in range(3):
            wire = await tcp.connect(gate)
            await wire.goes(direction, b"four")
            assert await intercept(gate, direction, limited) is limited


async def test_what_was_not_taken_stays_in_the_queue_that_is_set_again(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        sender, _ = wire.along(direction)
        dropped = await behave(gate, direction, "drop")
        for times in (1, 2):
            await sender.send(b"one")
            while dropped.times_called < times:
                await asyncio.sleep(0.001)
            await intercept(gate, direction, dropped)
        assert dropped.times_called == 2
        dropped.flush()
        assert not dropped.has_calls


async def test_one_queue_may_be_that_of_both_directions(tcp: Tcp):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        dropped = await gate.to_server_drop()
        await gate.set_to_client_interceptor(dropped)
        for direction in ("to_server", "to_client", "to_server"):
            await wire.along(direction)[0].send(b"gone")
            await soon(dropped.wait_call())


async def test_the_queue_of_an_interceptor_has_it_called_again(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = await intercept(gate, direction, forward)
        await wire.goes(direction)
        await soon(calls.wait_call())
        await behave(gate, direction, "drop")
        assert await intercept(gate, direction, calls) is calls
        await wire.goes(direction)
        assert set(await soon(calls.wait_call())) == {"loop", "socket_from", "socket_to"}


async def test_an_interceptor_may_hand_its_data_to_the_queue_of_another(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        inner = await intercept(gate, direction, forward)

        async def outer(loop: Any, socket_from: Any, socket_to: Any) -> None:
            await inner(loop, socket_from, socket_to)

        await intercept(gate, direction, outer)
        await wire.goes(direction)
        await soon(inner.wait_call())


async def test_the_queue_of_a_behaviour_cannot_be_called(tcp: Tcp):
    dropped = tcp.gate().to_server_drop()
    with pytest.raises(TypeError, match="carried out by the engine: give it to set_to"):
        await dropped(None, None, None)  # type: ignore[operator]


async def test_a_queue_of_testsuites_own_is_called_and_given_back(tcp: Tcp, direction: str):
    if not _testsuite._HAS_TESTSUITE:
        pytest.skip("testsuite is not there")
    from testsuite.utils.callinfo import AsyncCallQueue

    queue: Any = AsyncCallQueue(forward)
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        assert await intercept(gate, direction, queue) is queue
        assert await asyncio.create_task(intercept(gate, direction, queue)) is queue
        given = intercept(gate, direction, queue)
        await wire.goes(direction)
        assert set(await soon(queue.wait_call())) == {"loop", "socket_from", "socket_to"}
        assert not queue.has_calls, "noted once"
        await wire.goes(direction)
        assert set(await soon(given.wait_call())) == {"loop", "socket_from", "socket_to"}
        assert await intercept(gate, direction, given) is queue


async def test_what_cannot_be_called_is_no_interceptor(tcp: Tcp, direction: str):
    with pytest.raises(TypeError):
        intercept(tcp.gate(), direction, 3)
