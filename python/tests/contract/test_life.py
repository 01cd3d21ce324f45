"""From the constructor to stop()."""

from __future__ import annotations

import asyncio
import errno
import re
import socket

import pytest
from chaosgate import chaos
from peers import Tcp
from support import UNRESOLVABLE, forward, soon

pytestmark = pytest.mark.asyncio


async def test_nothing_is_bound_before_start(tcp: Tcp):
    port = tcp.reserved_port()
    gate = tcp.gate(port_for_client=port)
    with pytest.raises(ConnectionRefusedError):
        await tcp.call(gate)
    assert gate.connections_count() == 0


async def test_neither_the_constructor_nor_a_behaviour_needs_a_running_loop(tcp: Tcp):
    loop = asyncio.get_running_loop()

    def make() -> chaos.TcpGate:
        gate = chaos.TcpGate(tcp.route(), loop)
        gate.to_server_substitute("a", "b")
        return gate

    async with await asyncio.to_thread(make) as gate:
        wire = await tcp.connect(gate)
        await wire.client.send(b"a")
        assert await wire.server.receive(1) == b"b"


async def test_start_needs_a_running_loop(tcp: Tcp):
    gate = chaos.TcpGate(tcp.route())
    with pytest.raises(RuntimeError):
        await asyncio.to_thread(gate.start)
    async with gate:
        await (await tcp.connect(gate)).goes("to_server")


async def test_async_with_starts_and_stops_the_gate_itself(tcp: Tcp):
    gate = tcp.gate()
    async with gate as entered:
        assert entered is gate
        await tcp.connect(gate)
    with pytest.raises(ConnectionRefusedError):
        await tcp.call(gate)


async def test_async_with_stops_it_also_after_an_exception(tcp: Tcp):
    gate = tcp.gate()
    with pytest.raises(ZeroDivisionError):
        async with gate:
            raise ZeroDivisionError
    with pytest.raises(ConnectionRefusedError):
        await tcp.call(gate)


async def test_a_second_start_changes_nothing(tcp: Tcp):
    async with tcp.gate() as gate:
        address = gate.get_sockname_for_clients()
        wire = await tcp.connect(gate)
        assert gate.start() is None
        assert gate.get_sockname_for_clients() == address
        await wire.goes("to_server")


async def test_stop_is_nothing_for_a_gate_that_is_not_started(tcp: Tcp):
    gate = tcp.gate()
    assert await gate.stop() is None
    gate.start()
    await gate.stop()
    await gate.stop()


async def test_port_0_is_a_free_one_and_stays_the_same(tcp: Tcp):
    gate = tcp.gate()
    with pytest.raises(AssertionError):
        gate.get_sockname_for_clients()
    gate.start()
    address = gate.get_sockname_for_clients()
    assert address[0] == "127.0.0.1"
    assert address[1] > 0
    for _ in range(3):
        # The peers' ends of this connection linger in the kernel.
        await (await tcp.connect(gate)).goes("to_server")
        await gate.stop()
        assert gate.get_sockname_for_clients() == address
        gate.start()
        assert gate.get_sockname_for_clients() == address
    await (await tcp.connect(gate)).goes("to_server")
    await gate.stop()


async def test_a_fixed_port_is_used_and_its_host_stays_as_written(tcp: Tcp):
    port = tcp.reserved_port()
    gate = tcp.gate(host_for_client="localhost", port_for_client=port)
    assert gate.get_sockname_for_clients() == ("localhost", port)
    async with gate:
        assert gate.get_sockname_for_clients() == ("localhost", port)
        await (await tcp.connect(gate)).goes("to_server")
    assert gate.get_sockname_for_clients() == ("localhost", port)


async def test_with_port_0_the_host_is_numeric(tcp: Tcp):
    async with tcp.gate(host_for_client="localhost") as gate:
        host, port = gate.get_sockname_for_clients()
        assert host in ("127.0.0.1", "::1")
        assert port > 0
        await (await tcp.connect(gate)).goes("to_server")


async def test_the_address_has_two_parts_also_for_ipv6(tcp: Tcp):
    async with tcp.gate(host_for_client="::1") as gate:
        host, _port = gate.get_sockname_for_clients()
        assert host == "::1"
        await (await tcp.connect(gate)).goes("to_server")


async def test_every_address_of_the_host_is_listened_at(tcp: Tcp):
    hosts = [str(address[0]) for *_, address in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)]
    port = tcp.reserved_port(*hosts)
    async with tcp.gate(host_for_client="localhost", port_for_client=port) as gate:
        for host in hosts:
            with socket.create_connection((host, port)) as client:
                client.sendall(host.encode())
                server = await tcp.accept()
                assert await server.receive(len(host)) == host.encode()
        assert gate.connections_count() <= len(hosts)


async def test_a_busy_port_is_an_os_error_and_the_gate_stays_unstarted(tcp: Tcp):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        gate = tcp.gate(port_for_client=busy.getsockname()[1])
        with pytest.raises(OSError, match=r".") as raised:
            gate.start()
        assert raised.value.errno == errno.EADDRINUSE
        with pytest.raises(AssertionError):
            gate.start_accepting()
        await gate.stop()
    gate.start()
    await (await tcp.connect(gate)).goes("to_server")
    await gate.stop()


async def test_a_host_that_is_not_found_is_a_gaierror_and_the_gate_stays_unstarted(tcp: Tcp):
    gate = tcp.gate(host_for_client=UNRESOLVABLE)
    with pytest.raises(socket.gaierror):
        gate.start()
    with pytest.raises(AssertionError):
        gate.start_accepting()
    with pytest.raises(socket.gaierror):
        async with gate:
            pass


async def test_no_address_at_all_is_a_gate_exception(tcp: Tcp, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    with pytest.raises(chaos.GateException):
        tcp.gate().start()


async def test_stop_goes_back_to_pass_in_both_directions(tcp: Tcp, direction: str):
    gate = tcp.gate()
    gate.start()
    gate.to_server_drop()
    gate.set_to_client_interceptor(forward)
    await gate.stop()
    async with gate:
        await (await tcp.connect(gate)).goes(direction, bytes(range(256)))


async def test_stop_closes_both_sides_and_connects_are_refused(tcp: Tcp):
    gate = tcp.gate()
    gate.start()
    wires = [await tcp.connect(gate) for _ in range(5)]
    await wires[0].goes("to_server")
    await soon(gate.stop())
    assert gate.connections_count() == 0
    with pytest.raises(ConnectionRefusedError):
        await tcp.call(gate)
    for wire in wires:
        await wire.is_closed()


async def test_info_lists_the_connections(tcp: Tcp):
    async with tcp.gate() as gate:
        assert gate.info() == '"tested" no active sockets'
        wires = [await tcp.connect(gate) for _ in range(2)]
        for wire in wires:
            await wire.goes("to_server")
        line = r"\n\t(client fd=\d+ <=> server fd=\d+|<inactive>)"
        assert re.fullmatch(rf'"tested" active sockets:({line}){{2}}', gate.info())
        assert "client fd=" in gate.info()
        await gate.sockets_close()
        assert gate.info() == '"tested" no active sockets'
    assert gate.info() == '"tested" no active sockets'
