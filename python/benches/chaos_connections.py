"""Measures how many new connections a second go through a gate of `chaosgate.chaos`, and what one costs it.

    python python/benches/chaos_connections.py [SECONDS]

Each connects, asks one question, has it answered, and closes. Clients and server are processes of their own.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from chaosgate import chaos

CLIENTS = 2
"""Processes: one alone may be slower than the gate."""

AT_ONCE = 32
"""Connections of each of them."""

SERVER = """
import asyncio, socket
class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
    def data_received(self, data):
        self.transport.write(data)
async def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    server = await asyncio.get_running_loop().create_server(Echo, sock=listener, backlog=4096)
    print(listener.getsockname()[1], flush=True)
    await server.serve_forever()
import uvloop
uvloop.run(main())
"""

CLIENT = f"""
import asyncio, socket, struct, sys, time
port, seconds = int(sys.argv[1]), float(sys.argv[2])
count = 0
async def talk(until):
    global count
    loop = asyncio.get_running_loop()
    while time.monotonic() < until:
        with socket.socket() as client:
            client.setblocking(False)
            # Closed by a reset, or the machine runs out of ports.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await loop.sock_connect(client, ("127.0.0.1", port))
            await loop.sock_sendall(client, b"ping")
            assert await loop.sock_recv(client, 16)
        count += 1
async def main():
    until = time.monotonic() + seconds
    await asyncio.gather(*(talk(until) for _ in range({AT_ONCE})))
    print(count)
import uvloop
uvloop.run(main())
"""


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def forward(loop: chaos.EvLoop, socket_from: chaos.Socket, socket_to: chaos.Socket) -> None:
    await loop.sock_sendall(socket_to, await loop.sock_recv(socket_from, 4096))


async def run_client(port: int, seconds: float) -> int:
    client = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CLIENT, str(port), str(seconds), stdout=subprocess.PIPE
    )
    output, _ = await client.communicate()
    return int(output)


async def measure(name: str, server: int, seconds: float, behave: Callable[[chaos.TcpGate], object]) -> None:
    route = chaos.GateRoute(name, "127.0.0.1", server)
    async with chaos.TcpGate(route, asyncio.get_running_loop()) as gate:
        behave(gate)
        _, port = gate.get_sockname_for_clients()
        cpu, begin = cpu_seconds(), time.monotonic()
        counts = await asyncio.gather(*(run_client(port, seconds) for _ in range(CLIENTS)))
        cpu, taken = cpu_seconds() - cpu, time.monotonic() - begin
    count = sum(counts)
    print(f"{name:12} {count / seconds:8.0f} connections/s, {cpu / count * 1e6:5.0f} us of CPU each", end="")
    print(f" ({count} in {taken:.1f} s, starts of the clients included)")


def both(name: str, *arguments: float | str) -> Callable[[chaos.TcpGate], object]:
    def behave(gate: chaos.TcpGate) -> None:
        for direction in ("to_server", "to_client"):
            getattr(gate, f"{direction}_{name}")(*arguments)

    return behave


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        await measure("pass", port, seconds, both("pass"))
        await measure("delay(0)", port, seconds, both("delay", 0))
        await measure("limit_bytes", port, seconds, both("limit_bytes", 1 << 50))
        await measure("substitute", port, seconds, both("substitute", "a", "b"))
        await measure("interceptor", port, seconds, lambda gate: gate.set_to_client_interceptor(forward))
    finally:
        server.terminate()
        server.communicate()


if __name__ == "__main__":
    asyncio.run(main())
