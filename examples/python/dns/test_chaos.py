"""The same in the dialect of `pytest_userver.chaos`, of which only the import is another."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import dns.asyncresolver
import dns.exception
import pytest
from chaosgate import chaos


@pytest.fixture(scope="session")
async def dns_gate() -> AsyncIterator[chaos.UdpGate]:
    if "DNS_SERVER" not in os.environ:
        pytest.skip("DNS_SERVER is not set, such as 127.0.0.1:53")
    host, port = os.environ["DNS_SERVER"].rsplit(":", 1)
    gate_config = chaos.GateRoute("dns", host, int(port))
    async with chaos.UdpGate(gate_config, asyncio.get_running_loop()) as proxy:
        yield proxy


@pytest.fixture
async def gate(dns_gate: chaos.UdpGate) -> chaos.UdpGate:
    dns_gate.to_server_pass()
    dns_gate.to_client_pass()
    dns_gate.start_accepting()
    return dns_gate


async def address(gate: chaos.UdpGate, lifetime: float = 10.0) -> str:
    resolver = dns.asyncresolver.Resolver(configure=False)
    host, resolver.port = gate.get_sockname_for_clients()
    resolver.nameservers, resolver.timeout, resolver.lifetime = [host], 0.2, lifetime
    (answer,) = await resolver.resolve("host-7.test", "A")
    return str(answer)


async def test_a_resolver_survives_what_is_lost_late_or_wrong(gate: chaos.UdpGate) -> None:
    for break_it in (
        gate.to_client_drop,
        gate.to_server_drop,
        gate.to_client_corrupt_data,
        gate.to_client_close_on_data,
        lambda: gate.to_client_delay(delay=10),
        lambda: gate.to_client_limit_bytes(1),
    ):
        break_it()
        with pytest.raises(dns.exception.DNSException):
            await address(gate, lifetime=0.5)
        gate.to_server_pass()
        gate.to_client_pass()
        assert await address(gate) == "192.0.2.7"
    assert gate.is_connected()


async def test_the_last_byte_of_an_answer_can_be_changed(gate: chaos.UdpGate) -> None:
    async def other_host(loop: chaos.EvLoop, socket_from: chaos.Socket, socket_to: chaos.Socket) -> None:
        answer = await loop.sock_recv(socket_from, chaos.RECV_MAX_SIZE)
        socket_to.send(answer.replace(bytes([192, 0, 2, 7]), bytes([192, 0, 2, 8])))

    calls = await gate.set_to_client_interceptor(other_host)
    assert await address(gate) == "192.0.2.8"
    assert await calls.wait_call()
    await gate.to_client_pass()
    assert await address(gate) == "192.0.2.7"
