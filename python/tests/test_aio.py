"""Gates, from asyncio and uvloop."""

from __future__ import annotations

import asyncio
import inspect
import socket
import time
from typing import Any

import chaosgate
import pytest
import trio
from chaosgate import Latency, NoEventLoopError, Refuse, Stall, StartError, WaitError, aio
from conftest import PATIENCE, Run, ask, open_descriptors, until

Address = tuple[str, int]


async def talk(gate: aio.TcpGate, question: bytes = b"ping") -> bytes:
    reader, writer = await asyncio.open_connection(*gate.address)
    try:
        writer.write(question)
        return await asyncio.wait_for(reader.read(len(question)), PATIENCE)
    finally:
        writer.close()


@pytest.mark.parametrize("name", ["TcpGate", "UdpGate", "Entry"])
def test_the_names_are_those_of_the_gates_that_block(name: str):
    blocking, awaiting = getattr(chaosgate, name), getattr(aio, name)
    is_public = lambda member: not member.startswith("_")  # noqa: E731
    assert {*filter(is_public, dir(blocking))} == {*filter(is_public, dir(awaiting))}
    for member in filter(is_public, dir(blocking)):
        if callable(getattr(blocking, member)):
            blocks, awaits = getattr(blocking, member), getattr(awaiting, member)
            assert [*inspect.signature(blocks).parameters] == [*inspect.signature(awaits).parameters]
            waits = member.startswith(("wait_", "assert_")) or member in ("start", "stop", "reroute")
            assert inspect.iscoroutinefunction(awaits) == waits, member
            assert not inspect.iscoroutinefunction(blocks)


def test_traffic_passes_and_faults_act(echo: Address, run: Run[None]):
    async def main() -> None:
        async with aio.TcpGate(echo) as gate:
            assert await talk(gate) == b"ping"
            with gate.to_client.fault(Latency(delay=0.05)) as slow:
                begin = time.monotonic()
                assert await talk(gate) == b"ping"
                assert time.monotonic() - begin >= 0.05
                await slow.wait_for_hits(1, within=PATIENCE)
            gate.accepting = Refuse
            with pytest.raises(ConnectionRefusedError):
                await talk(gate)
            gate.heal()
            assert await talk(gate) == b"ping"
            await gate.wait_for_no_connections(within=PATIENCE)
        assert not gate.is_running

    run(main())


def test_waits_are_awaited_side_by_side(echo: Address, run: Run[None]):
    async def main() -> None:
        async with aio.TcpGate(echo) as gate:
            waits = [asyncio.ensure_future(gate.wait_for_connections(n, within=PATIENCE)) for n in (1, 2, 3)]
            writers = []
            for done in (1, 2, 3):
                _, writer = await asyncio.open_connection(*gate.address)
                writers.append(writer)
                await waits[done - 1]
            for writer in writers:
                writer.close()
            await gate.wait_for_no_connections(within=PATIENCE)
            await gate.stop()
            await gate.wait_closed(within=PATIENCE)

    run(main())


def test_a_wait_that_is_over_or_cancelled_leaves_nothing(echo: Address, run: Run[None]):
    async def main() -> None:
        async with aio.TcpGate(echo) as gate:
            entry = gate.to_client.add(Stall())
            before = open_descriptors()
            for _ in range(50):
                with pytest.raises(WaitError, match="only 0 of 1 hits"):
                    await entry.wait_for_hits(within="1ms")
                waiting = asyncio.ensure_future(gate.wait_for_connections(within=PATIENCE))
                await asyncio.sleep(0)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(gate.wait_for_connections(within=PATIENCE), 0.001)
            until(lambda: open_descriptors() <= before)

    run(main())


def test_an_interrupted_wait_ends_though_its_exception_is_kept(echo: Address, run: Run[None]):
    async def main() -> None:
        async with aio.TcpGate(echo) as gate:
            before = open_descriptors()
            kept = []
            for _ in range(5):
                waiting = asyncio.ensure_future(gate.wait_for_connections(within=PATIENCE))
                await asyncio.sleep(0)
                waiting.cancel()
                try:
                    await waiting
                except asyncio.CancelledError as error:
                    kept.append(error)
            until(lambda: open_descriptors() <= before)
            assert len(kept) == 5

    run(main())


async def cancel_a_start(gate: aio.TcpGate) -> None:
    starting = asyncio.ensure_future(gate.start())
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting


def test_a_start_that_is_cancelled_leaves_nothing_that_listens(echo: Address, run: Run[None]):
    gate = aio.TcpGate(echo)
    # The loop ends at once, and waits for its threads alone.
    run(cancel_a_start(gate))
    assert not gate.is_running


def test_a_start_that_is_cancelled_with_its_whole_loop_leaves_nothing_that_listens(echo: Address):
    gates = [aio.TcpGate(echo) for _ in range(20)]

    async def main() -> None:
        for gate in gates:
            asyncio.ensure_future(gate.start())  # noqa: RUF006  # it ends with the loop
        await asyncio.sleep(0)

    asyncio.run(main())
    assert not any(gate.is_running for gate in gates)


def test_a_start_that_is_cancelled_does_not_undo_the_next_one(echo: Address, run: Run[None]):
    gates = [aio.TcpGate(echo) for _ in range(20)]

    async def main() -> None:
        for gate in gates:
            await cancel_a_start(gate)
            await gate.start()

    run(main())
    assert all(gate.is_running for gate in gates)


def test_a_start_that_is_cancelled_leaves_a_gate_that_runs_as_it_was(echo: Address, run: Run[Any]):
    gate = aio.TcpGate(echo)
    run(gate.start())
    run(cancel_a_start(gate))
    assert run(talk(gate)) == b"ping"
    run(gate.stop())


@pytest.mark.parametrize(
    "wait",
    [
        lambda gate: gate.start(),
        lambda gate: gate.__aenter__(),
        lambda gate: gate.reroute(upstream=1),
        lambda gate: gate.wait_for_connections(0),
        lambda gate: gate.wait_for_no_connections(),
        lambda gate: gate.wait_closed(),
        lambda gate: gate.to_client.add("stall").wait_for_hits(0),
        lambda gate: gate.assert_recovers(lambda: None),
    ],
)
def test_under_trio_a_gate_is_refused_with_the_way_out(wait: Any):
    gate = aio.TcpGate("localhost:1")
    with pytest.raises(NoEventLoopError, match=r"awaited on asyncio or uvloop.*trio\.to_thread\.run_sync"):
        trio.run(wait, gate)
    assert not gate.is_running


def test_a_gate_belongs_to_no_loop(echo: Address, run: Run[Any]):
    gate = aio.TcpGate(echo)
    run(gate.start())
    assert run(talk(gate)) == b"ping"
    assert run(talk(gate)) == b"ping"
    run(gate.stop())
    run(gate.wait_closed(within=PATIENCE))


def test_blocking_code_in_the_loops_thread_gets_through_the_gate(echo: Address, run: Run[None]):
    async def main() -> None:
        async with aio.TcpGate(echo) as gate:
            with socket.create_connection(gate.address, timeout=PATIENCE) as client:
                assert ask(client) == b"ping", "the engine needs neither the loop nor the GIL"

    run(main())


def test_a_start_that_fails_says_why(echo: Address, run: Run[None]):
    async def main() -> None:
        with pytest.raises(StartError, match="cannot listen"):
            await aio.TcpGate("localhost:1", listen=echo).start()

    run(main())


def test_datagrams_pass(udp_echo: Address, run: Run[None]):
    async def main() -> None:
        async with aio.UdpGate(udp_echo) as gate:
            loop = asyncio.get_running_loop()
            answers: asyncio.Queue[bytes] = asyncio.Queue()

            class Client(asyncio.DatagramProtocol):
                def datagram_received(self, data: bytes, addr: object) -> None:
                    answers.put_nowait(data)

            transport, _ = await loop.create_datagram_endpoint(Client, remote_addr=gate.address)
            transport.sendto(b"ping")
            assert await asyncio.wait_for(answers.get(), PATIENCE) == b"ping"
            await gate.wait_for_connections(within=PATIENCE)
            transport.close()

    run(main())
