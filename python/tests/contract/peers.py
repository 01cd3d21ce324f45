"""Clients and servers at both sides of a gate, in the loop of the test that holds the gate."""

from __future__ import annotations

import asyncio
import errno
import math
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from chaosgate import chaos

T = TypeVar("T")

PATIENCE = 20.0
"""How many seconds a test waits for what must come; only a failure takes so long."""

ROUND_TRIPS = 6
"""So many go another way, to see that something does not happen: it would have happened meanwhile."""

LONG = 60.0
"""A time that no test waits for."""

UNRESOLVABLE = "fe80::1%no-such-interface"
"""No name server is asked about it."""


async def soon(work: Awaitable[T]) -> T:
    """What comes of `work`, or a failure if nothing does."""
    return await asyncio.wait_for(work, PATIENCE)


async def until(condition: Callable[[], bool]) -> None:
    """For what can be asked and is told to nobody."""

    async def ask() -> None:
        while not condition():
            await asyncio.sleep(0.001)

    await soon(ask())


seconds = time.monotonic
"""Not the loop's own clock, which is a coarse one on uvloop."""

TICK = 0.002
"""So much too early may a loop's own timer end, if its clock is a coarse one."""


def behave(gate: chaos.BaseGate, direction: str, behaviour: str, *arguments: Any, **named: Any) -> Any:
    return getattr(gate, f"{direction}_{behaviour}")(*arguments, **named)


def intercept(gate: chaos.BaseGate, direction: str, interceptor: Any) -> Any:
    return getattr(gate, f"set_{direction}_interceptor")(interceptor)


async def forward(loop: Any, socket_from: socket.socket, socket_to: socket.socket) -> None:
    """The least interceptor."""
    await loop.sock_sendall(socket_to, await loop.sock_recv(socket_from, 4096))


class Peer:
    """One end of a TCP connection."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self.socket = end

    async def send(self, data: bytes) -> None:
        await soon(asyncio.get_running_loop().sock_sendall(self.socket, data))

    async def receive_some(self) -> bytes:
        """One read; nothing at the end of the stream."""
        return await soon(asyncio.get_running_loop().sock_recv(self.socket, 65536))

    async def receive(self, count: int) -> bytes:
        """So many bytes, or fewer if the stream ends."""
        received = b""
        while len(received) < count and (
            more := await soon(asyncio.get_running_loop().sock_recv(self.socket, count - len(received)))
        ):
            received += more
        return received

    async def receive_all(self) -> bytes:
        """What comes before the orderly end."""
        received = b""
        while more := await self.receive_some():
            received += more
        return received

    async def receive_until_closed(self, at_most: float = math.inf) -> bytes:
        """What comes before an end of either kind: bytes that nobody has read make it a reset."""
        received = b""
        try:
            while len(received) < at_most and (more := await self.receive_some()):
                received += more
        except ConnectionResetError:
            pass
        return received

    def has_something(self) -> bool:
        """Whether a read would give anything now, be it the end."""
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            pass
        return True

    def is_closed(self) -> bool:
        """Whether the end has come, at this moment."""
        try:
            return self.socket.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self.socket.close()


@dataclass(frozen=True)
class Wire:
    """Both ends of what goes through a gate."""

    client: Peer
    server: Peer

    def along(self, direction: str) -> tuple[Peer, Peer]:
        """Who sends in this direction, and who receives."""
        if direction == "to_server":
            return self.client, self.server
        return self.server, self.client

    async def goes(self, direction: str, data: bytes = b"ping") -> None:
        """All of it arrives, as it was."""
        sender, receiver = self.along(direction)
        await sender.send(data)
        assert await receiver.receive(len(data)) == data

    async def goes_against(self, direction: str) -> None:
        """Enough goes the other way that what can happen in this one has happened."""
        for _ in range(ROUND_TRIPS):
            await self.goes("to_client" if direction == "to_server" else "to_server")

    async def is_closed(self) -> None:
        assert await self.client.receive_until_closed() == b""
        assert await self.server.receive_until_closed() == b""


class Tcp:
    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self.listener = self.keep(socket.create_server(("127.0.0.1", 0), backlog=512))
        self.listener.setblocking(False)

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    def keep(self, peer: socket.socket) -> socket.socket:
        """Closes it after the test."""
        self._sockets.append(peer)
        return peer

    def reserved_port(self, *hosts: str) -> int:
        """A port that nobody listens at, and that none but a fixed one can be given during the test."""
        while True:
            first, *others = hosts or ("127.0.0.1",)
            port = self._reserve(first, 0)
            try:
                for host in others:
                    self._reserve(host, port)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                return port

    def _reserve(self, host: str, port: int) -> int:
        holder = self.keep(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET))
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((host, port))
        return holder.getsockname()[1]

    def route(self, **others: Any) -> chaos.GateRoute:
        fields = {"name": "tested", "host_to_server": "127.0.0.1", "port_to_server": self.port}
        return chaos.GateRoute(**(fields | others))

    def gate(self, **others: Any) -> chaos.TcpGate:
        return chaos.TcpGate(self.route(**others), asyncio.get_running_loop())

    async def call(self, gate: chaos.BaseGate) -> Peer:
        """A client that has connected to the gate, and maybe not yet to the server."""
        host, port = gate.get_sockname_for_clients()
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        client = Peer(self.keep(socket.socket(family, kind)))
        await soon(asyncio.get_running_loop().sock_connect(client.socket, address))
        return client

    async def accept(self) -> Peer:
        server, _ = await soon(asyncio.get_running_loop().sock_accept(self.listener))
        return Peer(self.keep(server))

    async def connect(self, gate: chaos.BaseGate) -> Wire:
        client = await self.call(gate)
        return Wire(client, await self.accept())

    def close(self) -> None:
        for peer in self._sockets:
            peer.close()


class DatagramPeer:
    """A UDP socket in the loop."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self.socket = end

    @property
    def address(self) -> Any:
        return self.socket.getsockname()

    def send(self, data: bytes, address: Any) -> None:
        self.socket.sendto(data, address)

    async def receive_from(self) -> tuple[bytes, Any]:
        if not self.has_something():
            loop, readable = asyncio.get_running_loop(), asyncio.Event()
            loop.add_reader(self.socket.fileno(), readable.set)
            try:
                await soon(readable.wait())
            finally:
                loop.remove_reader(self.socket.fileno())
        return self.socket.recvfrom(65536)

    async def receive(self) -> bytes:
        return (await self.receive_from())[0]

    def has_something(self) -> bool:
        try:
            self.socket.recvfrom(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        return True


@dataclass(frozen=True)
class UdpWire:
    """A client, its server, and where each finds the other."""

    client: DatagramPeer
    server: DatagramPeer
    gate_address: Any
    client_at_server: Any

    def send(self, direction: str, data: bytes) -> None:
        if direction == "to_server":
            self.client.send(data, self.gate_address)
        else:
            self.server.send(data, self.client_at_server)

    async def receive(self, direction: str) -> bytes:
        return await (self.server if direction == "to_server" else self.client).receive()

    def has_received(self, direction: str) -> bool:
        return (self.server if direction == "to_server" else self.client).has_something()

    async def goes(self, direction: str, data: bytes = b"ping") -> None:
        self.send(direction, data)
        assert await self.receive(direction) == data

    async def goes_against(self, direction: str) -> None:
        for _ in range(ROUND_TRIPS):
            await self.goes("to_client" if direction == "to_server" else "to_server")


class Udp:
    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self.server = self.peer()

    def peer(self, host: str = "127.0.0.1") -> DatagramPeer:
        end = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self._sockets.append(end)
        end.bind((host, 0))
        return DatagramPeer(end)

    def route(self, **others: Any) -> chaos.GateRoute:
        fields = {
            "name": "tested",
            "host_to_server": "127.0.0.1",
            "port_to_server": self.server.address[1],
        }
        return chaos.GateRoute(**(fields | others))

    def gate(self, **others: Any) -> chaos.UdpGate:
        return chaos.UdpGate(self.route(**others), asyncio.get_running_loop())

    async def connect(self, gate: chaos.UdpGate) -> UdpWire:
        """A new client, whose first datagram the server has; both directions must pass."""
        gate_address = gate.get_sockname_for_clients()
        client = self.peer(gate_address[0])
        client.send(b"hello", gate_address)
        data, client_at_server = await self.server.receive_from()
        assert data == b"hello"
        return UdpWire(client, self.server, gate_address, client_at_server)

    def close(self) -> None:
        for end in self._sockets:
            end.close()


class Echo:
    """A TCP server that sends everything back, on threads."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._serving = threading.Thread(target=self._accept, daemon=True)
        self._serving.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            try:
                while data := client.recv(65536):
                    client.sendall(data)
            except OSError:
                pass

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._serving.join()
