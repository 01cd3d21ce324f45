"""Clients and servers of TCP at both sides of a gate, in the loop of the test that holds the gate."""

from __future__ import annotations

import asyncio
import errno
import math
import socket
from dataclasses import dataclass
from typing import Any

from chaosgate import chaos
from support import ROUND_TRIPS, soon


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
