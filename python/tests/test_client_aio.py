"""A daemon elsewhere, from asyncio: whatever asks it is awaited, and leaves nothing when it is cancelled."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from chaosgate import (
    Client,
    Custom,
    NameTakenError,
    NoEventLoopError,
    NotRecoveredError,
    Refuse,
    Stall,
    UnreachableError,
    UnsuitableFaultError,
    WaitError,
    aio,
)
from chaosgate._client._daemon import Answer, Daemon
from conftest import PATIENCE, Run

Address = tuple[str, int]


@pytest.fixture
def client(daemon: Client) -> aio.Client:
    return aio.Client(daemon.url)


async def ask(gate: aio.RemoteGate) -> bytes:
    reader, writer = await asyncio.open_connection(gate.host, gate.port)
    with closing(writer):
        writer.write(b"ping")
        return await reader.readexactly(4)


def test_a_gate_is_made_used_and_removed_by_awaiting(client: aio.Client, echo: Address, run: Run[None]):
    async def test() -> None:
        async with client.create("aio", echo, seed=7) as gate:
            assert (gate.name, gate.seed, gate.address) == ("aio", 7, gate.addresses[0])
            async with gate.both.add("latency:delay=1ms") as slow:
                assert await ask(gate) == b"ping"
                await slow.wait_for_hits(2, within=PATIENCE)
                assert await slow.is_set
                assert [str(entry) for entry in await gate.to_client.entries] == ["latency:delay=1ms"]
            assert await slow.hits >= 2
            assert not await slow.is_set
            await gate.wait_for_no_connections(within=PATIENCE)
            assert (await gate.totals).accepted == 1
            assert await gate.timeline == "\n".join(map(str, await gate.events))
            assert (await gate.events_since(1))[0].number == 2
        assert await client.gates() == []

    run(test())


def test_what_is_made_without_a_block_stays(client: aio.Client, run: Run[None]):
    async def test() -> None:
        gate = await client.create("stays", 1)
        stall = await gate.to_server.add(Stall())
        await gate.set_accepting(Refuse)
        again = await client.gate("stays")
        assert await again.accepting is Refuse
        assert not await again.is_healed
        assert (await again.to_server.update("stall", "drop")).name == stall.name
        await client.heal()
        assert await gate.is_healed
        await gate.stop()
        assert not await gate.is_running
        await gate.start()
        await gate.reroute(listen="127.0.0.2:0", upstream="localhost:2")
        assert gate.host == "127.0.0.2"
        await gate.remove()

    run(test())


def test_errors_are_those_of_gates_of_this_process(client: aio.Client, run: Run[None]):
    async def test() -> None:
        async with client.create("errors", 1) as gate:
            stall = await gate.to_client.add(Stall(name="mine"))
            with pytest.raises(NameTakenError):
                await gate.to_client.add(Stall(name="mine"))
            with pytest.raises(UnsuitableFaultError, match="it is code of this process"):
                await gate.to_client.set(Custom(bytes.upper))
            with pytest.raises(WaitError, match="only 0 of 1 hits of mine within 10ms"):
                await stall.wait_for_hits(within=0.01)
            with pytest.raises(WaitError, match="only 0 of 1 connections within 10ms"):
                await gate.wait_for_connections(within=0.01)
            with pytest.raises(NameTakenError):
                await client.create("errors", 1)
        with pytest.raises(UnreachableError):
            await aio.Client("localhost:1").gates()

    run(test())


def test_a_recovery_is_proved_by_awaiting(client: aio.Client, echo: Address, run: Run[None]):
    async def test() -> None:
        async with client.create("recovers", echo) as gate:
            await gate.set_accepting("refuse")
            assert await gate.assert_recovers(lambda: ask(gate), within=PATIENCE) >= 0
            with pytest.raises(NotRecoveredError, match="of healing recovers"):
                await gate.assert_recovers(lambda: False, within=0.01)

    run(test())


def test_nothing_is_done_where_no_loop_of_asyncio_runs(client: aio.Client):
    making = client.create("nowhere", 1)
    with pytest.raises(NoEventLoopError):
        making.__await__().send(None)


def forget(what: object) -> None:
    del what
    gc.collect()


def test_a_fault_that_nobody_awaits_is_told_by_python(client: aio.Client, run: Run[None]):
    async def test() -> None:
        async with client.create("forgotten", 1) as gate:
            with pytest.warns(RuntimeWarning, match="was never awaited"):
                forget(gate.to_client.add(Stall()))
            assert await gate.is_healed

    run(test())


class Held:
    """Calls of one method, which are carried out when they may be answered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.method = ""
        self.has_come = threading.Event()
        self.may_go = threading.Event()
        real = Daemon.call

        def call(daemon: Daemon, method: str, *args: Any, **kwargs: Any) -> Answer:
            answer = real(daemon, method, *args, **kwargs)
            if method == self.method:
                self.has_come.set()
                assert self.may_go.wait(PATIENCE)
            return answer

        monkeypatch.setattr(Daemon, "call", call)

    async def cancelled(self, method: str, work: asyncio.Task[Any]) -> None:
        """Cancels it when the daemon has carried out a call of this method, whose answer is yet to come."""
        self.method = method
        await asyncio.to_thread(self.has_come.wait, PATIENCE)
        for _ in range(2):
            work.cancel()
            await asyncio.sleep(0)
            assert not work.done(), "it waits for the call's end"
        self.method = ""
        self.may_go.set()
        with pytest.raises(asyncio.CancelledError):
            await work


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held(monkeypatch)
    yield held
    held.may_go.set()


def test_a_fault_whose_setting_is_cancelled_is_not_there(client: aio.Client, held: Held, run: Run[None]):
    async def test() -> None:
        async with client.create("cancelled", 1) as gate:
            held.method = "PUT"

            async def add() -> None:
                await gate.to_client.add(Stall())

            await held.cancelled("PUT", asyncio.ensure_future(add()))
            assert await gate.is_healed

    run(test())


def test_a_gate_whose_making_is_cancelled_is_not_there(client: aio.Client, held: Held, run: Run[None]):
    async def test() -> None:
        held.method = "POST"

        async def create() -> None:
            await client.create("cancelled", 1)

        await held.cancelled("POST", asyncio.ensure_future(create()))
        assert await client.gates() == []

    run(test())


def test_a_wait_that_is_cancelled_ends_on_its_thread_too(client: aio.Client, run: Run[None]):
    async def test() -> None:
        async with client.create("waits", 1) as gate:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(gate.wait_for_connections(within="1h"), 0.05)

    # The end of the loop waits for its threads.
    run(test())
