"""A resolver that survives a lossy path to its name server. `DNS_SERVER` says where one is."""

from __future__ import annotations

import os

import dns.exception
import dns.resolver
import pytest
from chaosgate import Drop, Duplicate, Loss, Truncate, UdpGate
from pytest_chaosgate import Gates, Healed


@pytest.fixture(scope="session")
def dns_gate(chaosgate_gates: Gates) -> UdpGate:
    if "DNS_SERVER" not in os.environ:
        pytest.skip("DNS_SERVER is not set, such as 127.0.0.1:53")
    return chaosgate_gates(UdpGate, os.environ["DNS_SERVER"], name="dns", seed=1)


@pytest.fixture
def gate(dns_gate: UdpGate, chaosgate_healed: Healed) -> UdpGate:
    return chaosgate_healed(dns_gate)


@pytest.fixture
def resolver(gate: UdpGate) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [gate.host], gate.port
    resolver.timeout, resolver.lifetime = 0.1, 20.0
    return resolver


def address(resolver: dns.resolver.Resolver) -> str:
    (answer,) = resolver.resolve("host-7.test", "A")
    return str(answer)


def test_lost_answers_are_asked_for_again(gate: UdpGate, resolver: dns.resolver.Resolver) -> None:
    with gate.both.fault(Loss(ratio=0.3)) as loss:
        assert [address(resolver) for _ in range(10)] == ["192.0.2.7"] * 10
        assert loss.hits > 0


def test_answers_that_come_twice_do_no_harm(gate: UdpGate, resolver: dns.resolver.Resolver) -> None:
    with gate.to_client.fault(Duplicate(ratio=1)):
        assert [address(resolver) for _ in range(3)] == ["192.0.2.7"] * 3


@pytest.mark.parametrize("fault", [Drop(), Truncate(size=12)], ids=str)
def test_a_resolver_gives_up_in_time_and_recovers(
    fault: Drop | Truncate, gate: UdpGate, resolver: dns.resolver.Resolver
) -> None:
    resolver.lifetime = 0.5
    gate.to_client.set(fault)
    with pytest.raises(dns.exception.DNSException):
        address(resolver)
    gate.assert_recovers(lambda: address(resolver) == "192.0.2.7", within=5)
