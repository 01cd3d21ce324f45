"""Gates that move to other addresses while they run."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from chaosgate import AddressError, Latency, OptionError, StartError, TcpGate, UdpGate, aio
from conftest import PATIENCE, Connect, Run, ask

Address = tuple[str, int]


@pytest.fixture
def other() -> Iterator[socket.socket]:
    """Another server than the one that a gate has at first, which answers by itself nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        yield server


def received(server: socket.socket) -> bytes:
    """What the next client of this server says first."""
    connection, _ = server.accept()
    with connection:
        connection.settimeout(PATIENCE)
        return connection.recv(100)


def test_who_connects_later_comes_to_the_other_server(echo: Address, other: socket.socket, connect: Connect):
    with TcpGate(echo) as gate:
        earlier = connect(gate)
        assert ask(earlier) == b"ping"
        address = gate.address
        gate.reroute(upstream=other.getsockname())
        assert gate.address == address
        connect(gate).sendall(b"to the other")
        assert received(other) == b"to the other"
        assert ask(earlier) == b"ping", "it stays with the server that it has"


@pytest.mark.parametrize("how", ["fin", "reset"])
def test_connections_that_stand_end_if_that_is_asked_for(
    echo: Address, other: socket.socket, connect: Connect, how: Any
):
    with TcpGate(echo) as gate:
        client = connect(gate)
        assert ask(client) == b"ping"
        gate.reroute(upstream=other.getsockname(), open_connections=how)
        assert gate.connection_count == 0
        if how == "fin":
            assert client.recv(1) == b""
        else:
            with pytest.raises(ConnectionResetError):
                client.recv(1)


def test_at_another_address_hits_numbers_and_totals_go_on(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        slow = gate.to_client.add(Latency(delay="1ms"))
        earlier = connect(gate)
        assert ask(earlier) == b"ping"
        before = gate.address
        gate.reroute(listen="127.0.0.1:0")
        assert gate.address != before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(before)
        assert ask(connect(gate)) == b"ping"
        assert [connection.number for connection in gate.connections] == [1, 2]
        assert (slow.hits, gate.totals.accepted) == (2, 2)
        moved = next(event for event in gate.events if event.what == "rerouted")
        assert moved.details == {"listen": "127.0.0.1:0", "upstream": f"{echo[0]}:{echo[1]}"}


def test_a_gate_that_is_stopped_begins_at_the_other_address(echo: Address, connect: Connect):
    gate = TcpGate("localhost:1")
    gate.start()
    gate.stop()
    before = gate.address
    gate.reroute(listen="127.0.0.1:0", upstream=echo)
    with gate:
        assert gate.address != before
        assert ask(connect(gate)) == b"ping"


def test_a_refused_address_changes_nothing(echo: Address, connect: Connect):
    with TcpGate(echo) as gate:
        address = gate.address
        with pytest.raises(StartError, match="cannot listen on") as taken:
            gate.reroute(listen=echo, upstream="localhost:1", open_connections="reset")
        assert taken.value.errno == errno.EADDRINUSE
        with pytest.raises(AddressError) as wrong:
            gate.reroute(upstream="nowhere")
        assert wrong.value.address == "nowhere"
        with pytest.raises(AddressError, match="is the gate itself"):
            gate.reroute(upstream=address)
        with pytest.raises(OptionError, match="it must be one of stay, fin, reset") as no_way:
            gate.reroute(upstream="localhost:1", open_connections="end")  # type: ignore[arg-type]
        assert no_way.value.field == "open_connections"
        assert (gate.address, gate.event_count) == (address, 0)
        assert ask(connect(gate)) == b"ping"


def test_datagrams_of_who_is_new_go_to_the_other_server(udp_echo: Address):
    with (
        UdpGate(udp_echo) as gate,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        server.bind(("127.0.0.1", 0))
        for end in (server, client):
            end.settimeout(PATIENCE)
        client.connect(gate.address)
        assert ask(client) == b"ping"
        gate.reroute(upstream=server.getsockname())
        assert ask(client) == b"ping", "it stays with the server that it has"
        gate.reroute(open_connections="fin")
        client.send(b"to the other")
        assert server.recv(100) == b"to the other"


def test_it_is_awaited_where_code_must_not_block(echo: Address, other: socket.socket, run: Run[None]):
    async def main() -> None:
        async with aio.TcpGate(echo) as gate:
            await gate.reroute(upstream=other.getsockname())
            _, writer = await asyncio.open_connection(*gate.address)
            writer.write(b"to the other")
            assert await asyncio.to_thread(received, other) == b"to the other"
            writer.close()
            with pytest.raises(StartError, match="cannot listen on"):
                await gate.reroute(listen=echo)

    run(main())
