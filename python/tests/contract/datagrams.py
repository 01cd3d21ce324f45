"""Clients and servers of UDP at both sides of a gate, in the loop of the test that holds the gate."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from typing import Any

from chaosgate import chaos
from support import ROUND_TRIPS, soon


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
