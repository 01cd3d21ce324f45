"""UdpGate: associations, and what datagrams do that streams do not."""

from __future__ import annotations

import asyncio
import errno
import socket

import pytest
from chaosgate import chaos
from datagrams import Udp
from peers import Tcp
from support import UNRESOLVABLE, behave, soon, until

pytestmark = pytest.mark.asyncio


async def test_each_client_has_an_address_of_its_own_at_the_server_which_stays(udp: Udp):
    async with udp.gate() as gate:
        wires = [await udp.connect(gate) for _ in range(3)]
        assert len({wire.client_at_server for wire in wires}) == 3
        for wire in wires * 3:
            wire.client.send(b"again", wire.gate_address)
            assert await udp.server.receive_from() == (b"again", wire.client_at_server)


async def test_replies_go_only_to_their_client_and_come_from_the_gate(udp: Udp):
    async with udp.gate() as gate:
        wires = [await udp.connect(gate) for _ in range(3)]
        for number, wire in enumerate(wires):
            udp.server.send(b"%d" % number, wire.client_at_server)
        for number, wire in enumerate(wires):
            assert await wire.client.receive_from() == (b"%d" % number, wire.gate_address)
            assert not wire.client.has_something()


async def test_boundaries_and_order_are_kept(udp: Udp, direction: str):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        sent = [b"x" * size for size in (1, 100, 2, 4096, 3)]
        for data in sent:
            wire.send(direction, data)
        assert [await wire.receive(direction) for _ in sent] == sent


@pytest.mark.parametrize("size", [0, 4097, 60_000])
async def test_no_size_is_ignored_or_cut(udp: Udp, direction: str, size: int):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        await wire.goes(direction, b"x" * size)


async def test_it_is_connected_while_there_is_an_association(udp: Udp):
    async with udp.gate() as gate:
        assert gate.is_connected() is False
        await udp.connect(gate)
        await until(gate.is_connected)
        assert gate.is_connected() is True
        await gate.sockets_close()
        assert gate.is_connected() is False
        await udp.connect(gate)
        await gate.stop()
        assert gate.is_connected() is False


async def test_a_close_ends_associations_and_the_next_datagram_makes_another(udp: Udp):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        await wire.goes("to_client")
        await soon(gate.sockets_close())
        wire.client.send(b"again", wire.gate_address)
        data, at_server = await udp.server.receive_from()
        assert data == b"again"
        assert at_server != wire.client_at_server
        udp.server.send(b"answer", at_server)
        assert await wire.client.receive() == b"answer"


@pytest.mark.parametrize("count", [0, 1, 2, 3])
async def test_so_many_are_closed_as_asked_for(udp: Udp, count: int):
    async with udp.gate() as gate:
        wires = [await udp.connect(gate) for _ in range(2)]
        for wire in wires:
            await wire.goes("to_client")
        await gate.sockets_close(count=count)
        assert gate.is_connected() == (count < 2)
        kept = 0
        for wire in wires:
            wire.client.send(b"again", wire.gate_address)
            _, at_server = await udp.server.receive_from()
            kept += at_server == wire.client_at_server
        assert kept == max(0, 2 - count)


async def test_stop_accepting_still_carries_what_comes_from_the_server(udp: Udp):
    async with udp.gate() as gate:
        wire = await udp.connect(gate)
        await gate.stop_accepting()
        wire.client.send(b"waits", wire.gate_address)
        for _ in range(20):
            await wire.goes("to_client")
        assert not udp.server.has_something()
        gate.start_accepting()
        assert await udp.server.receive() == b"waits"


async def test_a_started_gate_stays_where_it_is(udp: Udp):
    gate = udp.gate()
    with pytest.raises(AssertionError):
        gate.get_sockname_for_clients()
    gate.start()
    address = gate.get_sockname_for_clients()
    assert (address[0], address[1] > 0) == ("127.0.0.1", True)
    for _ in range(3):
        gate.start()
        gate.start()
        assert gate.get_sockname_for_clients() == address
        await (await udp.connect(gate)).goes("to_client")
        await gate.stop()
        await gate.stop()
        assert gate.get_sockname_for_clients() == address
    gate.start()
    assert gate.get_sockname_for_clients() == address
    await gate.stop()


async def test_ipv6_will_do(udp: Udp):
    server = udp.peer("::1")
    route = chaos.GateRoute("v6", "::1", server.address[1], "::1")
    async with chaos.UdpGate(route, asyncio.get_running_loop()) as gate:
        host, port = gate.get_sockname_for_clients()
        assert host == "::1"
        client = udp.peer("::1")
        client.send(b"ping", (host, port))
        data, at_server = await server.receive_from()
        assert data == b"ping"
        server.send(b"pong", at_server)
        assert await client.receive() == b"pong"


async def test_a_fixed_port_is_used_and_stop_frees_it(udp: Udp):
    async with udp.gate() as first:
        port = first.get_sockname_for_clients()[1]
        busy = udp.gate(port_for_client=port)
        with pytest.raises(OSError, match=r".") as raised:
            busy.start()
        assert raised.value.errno == errno.EADDRINUSE
        with pytest.raises(AssertionError):
            busy.start_accepting()
    async with busy:
        assert busy.get_sockname_for_clients() == ("127.0.0.1", port)
        await (await udp.connect(busy)).goes("to_client")


async def test_a_host_that_is_not_found_is_a_gaierror(udp: Udp):
    with pytest.raises(socket.gaierror):
        udp.gate(host_for_client=UNRESOLVABLE).start()


async def test_stop_goes_back_to_pass(udp: Udp, direction: str):
    gate = udp.gate()
    gate.start()
    behave(gate, direction, "drop")
    await gate.stop()
    async with gate:
        await (await udp.connect(gate)).goes(direction)


async def test_info_lists_associations(udp: Udp):
    async with udp.gate() as gate:
        assert gate.info() == '"tested" no active sockets'
        await udp.connect(gate)
        await until(gate.is_connected)
        assert gate.info().startswith('"tested" active sockets:\n\tclient fd=')


async def test_it_knows_nothing_of_streams(udp: Udp, tcp: Tcp):
    assert not isinstance(udp.gate(), chaos.TcpGate)
    assert not isinstance(tcp.gate(), chaos.UdpGate)
