"""stop_accepting() and start_accepting()."""

from __future__ import annotations

import pytest
from peers import Tcp

pytestmark = pytest.mark.asyncio


async def test_clients_can_still_connect_and_are_served_later_with_what_they_sent(tcp: Tcp):
    async with tcp.gate() as gate:
        existing = await tcp.connect(gate)
        assert await gate.stop_accepting() is None
        clients = [await tcp.call(gate) for _ in range(3)]
        for client in clients:
            await client.send(b"early")
        # Existing connections go on meanwhile.
        for _ in range(20):
            await existing.goes("to_server")
            await existing.goes("to_client")
        with pytest.raises(BlockingIOError):
            tcp.listener.accept()
        assert gate.connections_count() == 1
        assert gate.start_accepting() is None
        for _ in clients:
            server = await tcp.accept()
            assert await server.receive(5) == b"early"
            await server.send(b"answer")
        for client in clients:
            assert await client.receive(6) == b"answer"


async def test_both_can_be_repeated(tcp: Tcp):
    async with tcp.gate() as gate:
        gate.start_accepting()
        for _ in range(3):
            await gate.stop_accepting()
            await gate.stop_accepting()
            client = await tcp.call(gate)
            gate.start_accepting()
            gate.start_accepting()
            server = await tcp.accept()
            await client.send(b"ping")
            assert await server.receive(4) == b"ping"


async def test_a_gate_that_is_not_started_cannot_start_accepting(tcp: Tcp):
    gate = tcp.gate()
    with pytest.raises(AssertionError):
        gate.start_accepting()
    gate.start()
    await gate.stop()
    with pytest.raises(AssertionError):
        gate.start_accepting()


async def test_a_gate_that_is_started_again_accepts(tcp: Tcp):
    gate = tcp.gate()
    gate.start()
    await gate.stop_accepting()
    await gate.stop()
    async with gate:
        await (await tcp.connect(gate)).goes("to_server")


async def test_a_client_that_waits_is_refused_nothing_by_sockets_close(tcp: Tcp):
    async with tcp.gate() as gate:
        await gate.stop_accepting()
        client = await tcp.call(gate)
        await gate.sockets_close()
        gate.start_accepting()
        server = await tcp.accept()
        await client.send(b"ping")
        assert await server.receive(4) == b"ping"


async def test_stop_with_a_client_that_waits_refuses_it(tcp: Tcp):
    gate = tcp.gate()
    gate.start()
    await gate.stop_accepting()
    client = await tcp.call(gate)
    await gate.stop()
    assert await client.receive_until_closed() == b""
    with pytest.raises(ConnectionRefusedError):
        await tcp.call(gate)
