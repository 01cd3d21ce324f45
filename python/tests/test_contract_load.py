"""Many interceptors, many gates, many switches, and how a process ends with `chaosgate.chaos` at work."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import subprocess
import sys
from typing import Any

import pytest
from chaosgate import chaos
from conftest import PATIENCE, Run

Address = tuple[str, int]
CONNECTIONS = 200


def gate_to(server: Address) -> chaos.TcpGate:
    return chaos.TcpGate(chaos.GateRoute("load", *server), asyncio.get_running_loop())


async def forward(loop: Any, socket_from: Any, socket_to: Any) -> None:
    await loop.sock_sendall(socket_to, await loop.sock_recv(socket_from, 4096))


class Client:
    """Has numbers answered, one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.answered = 0

    @classmethod
    async def of(cls, gate: chaos.TcpGate) -> Client:
        return cls(*await asyncio.open_connection(*gate.get_sockname_for_clients()))

    async def ask(self) -> None:
        question = b"%08d" % self.answered
        self._writer.write(question)
        assert await asyncio.wait_for(self._reader.readexactly(8), PATIENCE) == question
        self.answered += 1

    async def ask_until(self, is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            await self.ask()

    async def pass_much(self, data: bytes) -> None:
        """Sends all of it, and has all of it back."""
        self._writer.write(data)
        assert await asyncio.wait_for(self._reader.readexactly(len(data)), PATIENCE) == data

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


def test_interceptors_of_two_hundred_connections_lose_nothing(echo: Address, run: Run[Any]):
    async def work() -> None:
        inside = 0
        all_inside = asyncio.Event()
        met: set[tuple[Any, Any]] = set()

        async def meet(loop: Any, socket_from: Any, socket_to: Any) -> None:
            nonlocal inside
            if (socket_from, socket_to) not in met:
                met.add((socket_from, socket_to))
                inside += 1
                if inside == CONNECTIONS:
                    all_inside.set()
                # All of them at once.
                await all_inside.wait()
            await forward(loop, socket_from, socket_to)

        async with gate_to(echo) as gate:
            clients = [await Client.of(gate) for _ in range(CONNECTIONS)]
            calls = gate.set_to_server_interceptor(meet)
            gate.set_to_client_interceptor(forward)
            data = [b"%06d" % number * 3_000 for number in range(CONNECTIONS)]
            await asyncio.gather(
                *(client.pass_much(each) for client, each in zip(clients, data, strict=True))
            )
            assert inside == CONNECTIONS
            assert calls.times_called >= CONNECTIONS
            for client in clients:
                await client.close()

    run(work())


def test_a_close_ends_two_hundred_interceptors(echo: Address, run: Run[Any]):
    async def work() -> None:
        cancelled = 0
        inside = asyncio.Semaphore(0)

        async def wait(loop: Any, socket_from: Any, socket_to: Any) -> None:
            nonlocal cancelled
            inside.release()
            try:
                await asyncio.sleep(99)
            except asyncio.CancelledError:
                cancelled += 1
                raise

        async with gate_to(echo) as gate:
            clients = [await Client.of(gate) for _ in range(CONNECTIONS)]
            gate.set_to_server_interceptor(wait)
            asking = [asyncio.ensure_future(client.ask()) for client in clients]
            for _ in clients:
                await asyncio.wait_for(inside.acquire(), PATIENCE)
            await asyncio.wait_for(gate.sockets_close(), PATIENCE)
            assert cancelled == CONNECTIONS
            ends = await asyncio.gather(*asking, return_exceptions=True)
            assert {type(end) for end in ends} <= {asyncio.IncompleteReadError, ConnectionResetError}
            for client in clients:
                await client.close()

    run(work())


def test_a_thousand_gates_leave_no_descriptor(echo: Address, run: Run[Any]):
    async def use() -> None:
        async with gate_to(echo) as gate:
            gate.set_to_server_interceptor(forward)
            gate.to_client_substitute("a", "b")
            client = await Client.of(gate)
            await client.ask()
            await client.close()

    async def begin_and_end() -> None:
        async with gate_to(echo) as gate:
            gate.set_to_client_interceptor(forward)

    async def work() -> None:
        await use()
        before = len(os.listdir("/dev/fd"))
        for number in range(1_000):
            await (use() if number % 20 == 0 else begin_and_end())
        deadline = asyncio.get_running_loop().time() + PATIENCE
        # The server's ends are closed by its threads, and uvloop lets go of the last gate when it has turned.
        while (now := len(os.listdir("/dev/fd"))) > before:
            assert asyncio.get_running_loop().time() < deadline, f"{now} descriptors, {before} before"
            await asyncio.sleep(0.01)
            gc.collect()

    run(work())


@pytest.mark.parametrize(
    "switches",
    [2_000, pytest.param(100_000, marks=pytest.mark.full("takes a minute"))],
)
def test_behaviours_are_switched_under_traffic_and_nothing_is_lost(
    echo: Address, run: Run[Any], switches: int
):
    async def work() -> None:
        async with gate_to(echo) as gate:
            kinds = [
                lambda to: getattr(gate, f"{to}_pass")(),
                lambda to: getattr(gate, f"{to}_noop")(),
                lambda to: getattr(gate, f"{to}_delay")(0.00005),
                lambda to: getattr(gate, f"set_{to}_interceptor")(forward),
                lambda to: getattr(gate, f"{to}_limit_bytes")(1 << 50),
                lambda to: getattr(gate, f"{to}_substitute")("no digit", "x"),
                lambda to: getattr(gate, f"{to}_smaller_parts")(64),
            ]
            clients = [await Client.of(gate) for _ in range(4)]
            is_over = asyncio.Event()
            traffic = [asyncio.ensure_future(client.ask_until(is_over)) for client in clients]
            for number in range(switches):
                kinds[number % len(kinds)](("to_server", "to_client")[number % 2])
                await asyncio.sleep(0)
            gate.to_server_pass()
            gate.to_client_pass()
            is_over.set()
            await asyncio.gather(*traffic)
            for client in clients:
                # None is left behind, or has anything left over.
                await client.ask()
                await client.close()

    run(work())


ENDS = """
import asyncio, os, socket, sys
from chaosgate import chaos

async def wait(loop, socket_from, socket_to):
    inside.set()
    await asyncio.sleep(99)

async def work():
    global gate, client, inside
    inside = asyncio.Event()
    server = socket.create_server(("127.0.0.1", 0))
    route = chaos.GateRoute("left", *server.getsockname())
    gate = chaos.TcpGate(route, asyncio.get_running_loop())
    gate.start()
    gate.set_to_server_interceptor(wait)
    gate.to_client_substitute("a", "b")
    client = socket.create_connection(gate.get_sockname_for_clients())
    client.sendall(b"x")
    await inside.wait()
    print("at work", flush=True)
    {end}
"""
IN_A_LOOP = "asyncio.run(work())"
IN_A_LOOP_THAT_IS_LEFT = "loop = asyncio.new_event_loop(); loop.run_until_complete(work())"


@pytest.mark.parametrize("loop", [IN_A_LOOP, f"import uvloop; uvloop.install(); {IN_A_LOOP}"])
@pytest.mark.parametrize(
    ("end", "expected"), [("pass", 0), ("sys.exit(3)", 3), ("os._exit(4)", 4), ("del globals()['gate']", 0)]
)
def test_a_process_ends_with_interceptors_at_work(loop: str, end: str, expected: int):
    program = ENDS.replace("{end}", end) + loop
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("at work\n", "", expected)


def test_a_process_ends_with_a_loop_that_nobody_has_closed():
    program = ENDS.replace("{end}", "pass") + IN_A_LOOP_THAT_IS_LEFT
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout, done.returncode) == ("at work\n", 0)
    # asyncio itself complains of what was left.
    assert "Fatal" not in done.stderr
    assert "panicked" not in done.stderr


@pytest.mark.full("watches for 5 seconds")
def test_interceptors_of_silent_connections_use_no_cpu(echo: Address, run: Run[Any]):
    async def work() -> float:
        async with gate_to(echo) as gate:
            gate.set_to_server_interceptor(forward)
            gate.set_to_client_interceptor(forward)
            clients = [await Client.of(gate) for _ in range(100)]
            for client in clients:
                await client.ask()
            begin = cpu_seconds()
            await asyncio.sleep(5)
            used = cpu_seconds() - begin
            for client in clients:
                await client.close()
            return used

    used = run(work())
    print(f"5 s with 100 silent connections: {used * 1000:.1f} ms of CPU")
    assert used < 0.05


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
