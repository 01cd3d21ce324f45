"""How each method is called, what it checks at once, and what a subclass may do."""

from __future__ import annotations

import asyncio
import inspect
import re
from inspect import Parameter
from typing import Any

import pytest
from chaosgate import chaos
from datagrams import Udp
from peers import Tcp
from support import behave, forward

pytestmark = pytest.mark.asyncio

Gates = Tcp | Udp
EITHER = Parameter.POSITIONAL_OR_KEYWORD
NAMED = Parameter.KEYWORD_ONLY
NONE = Parameter.empty

BEHAVIOURS = {
    "pass": [],
    "noop": [],
    "drop": [],
    "close_on_data": [],
    "corrupt_data": [],
    "delay": [("delay", EITHER, NONE)],
    "limit_bps": [("bytes_per_second", EITHER, NONE)],
    "limit_time": [("timeout", EITHER, NONE), ("jitter", EITHER, NONE)],
    "smaller_parts": [("max_size", EITHER, NONE), ("sleep_per_packet", NAMED, 0)],
    "concat_packets": [("packet_size", EITHER, NONE)],
    "limit_bytes": [("bytes_limit", EITHER, NONE)],
    "substitute": [("pattern", EITHER, NONE), ("repl", EITHER, NONE)],
}
OF_BOTH = {
    f"{direction}_{name}": arguments
    for direction in ("to_server", "to_client")
    for name, arguments in BEHAVIOURS.items()
} | {
    "start": [],
    "stop": [],
    "start_accepting": [],
    "stop_accepting": [],
    "sockets_close": [("count", NAMED, None)],
    "get_sockname_for_clients": [],
    "info": [],
    "set_to_server_interceptor": [("interceptor", EITHER, NONE)],
    "set_to_client_interceptor": [("interceptor", EITHER, NONE)],
}
OF_TCP = {
    "connections_count": [],
    "wait_for_connections": [("count", NAMED, 1), ("timeout", NAMED, 0.0)],
}
OF_UDP = {"is_connected": []}
FUNCTIONS = {
    "start",
    "start_accepting",
    "get_sockname_for_clients",
    "info",
    "connections_count",
    "is_connected",
}


@pytest.mark.parametrize(
    ("kind", "methods"), [(chaos.TcpGate, OF_BOTH | OF_TCP), (chaos.UdpGate, OF_BOTH | OF_UDP)]
)
async def test_each_method_has_the_parameters_of_the_contract(kind: Any, methods: dict[str, Any]):
    for name, expected in methods.items():
        method = getattr(kind, name)
        first, *parameters = inspect.signature(method).parameters.values()
        assert first.name == "self", name
        assert [(each.name, each.kind, each.default) for each in parameters] == expected, name
        is_awaited = name not in FUNCTIONS
        gate: Any = kind(chaos.GateRoute("name", "127.0.0.1", 1))
        assert inspect.iscoroutinefunction(method) == is_awaited, name
        assert inspect.iscoroutinefunction(getattr(gate, name)) == is_awaited, name
        assert method.__name__ == name
        assert method.__doc__, name


@pytest.mark.parametrize("kind", [chaos.TcpGate, chaos.UdpGate])
async def test_a_gate_takes_a_route_and_a_loop(kind: Any):
    parameters = inspect.signature(kind).parameters
    assert list(parameters) == ["route", "loop"]
    assert parameters["loop"].default is None
    route = chaos.GateRoute("name", "127.0.0.1", 1)
    loop = asyncio.get_running_loop()
    kind(route, loop)
    kind(route=route, loop=loop)
    with pytest.raises(TypeError):
        kind()


WRONG = [
    ("limit_bps", (0.5,)),
    ("limit_bps", (0,)),
    ("limit_time", (-0.1, 0)),
    ("limit_time", (0, -0.1)),
    ("smaller_parts", (0,)),
    ("concat_packets", (-1,)),
    ("limit_bytes", (-1,)),
]


@pytest.mark.parametrize(("behaviour", "arguments"), WRONG)
async def test_a_value_out_of_bounds_is_an_assertion_error(
    tcp: Tcp, direction: str, behaviour: str, arguments: tuple[Any, ...]
):
    with pytest.raises(AssertionError):
        behave(tcp.gate(), direction, behaviour, *arguments)
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        with pytest.raises(AssertionError):
            behave(gate, direction, behaviour, *arguments)
        await wire.goes(direction)


@pytest.mark.parametrize(
    ("behaviour", "arguments"),
    [
        ("delay", (0,)),
        ("limit_bps", (1,)),
        ("limit_bps", (1.5,)),
        ("limit_time", (0, 0)),
        ("smaller_parts", (1,)),
        ("concat_packets", (0,)),
        ("limit_bytes", (0,)),
    ],
)
async def test_its_bound_is_allowed(tcp: Tcp, direction: str, behaviour: str, arguments: tuple[Any, ...]):
    behave(tcp.gate(), direction, behaviour, *arguments)


async def test_a_bad_pattern_is_refused_at_once(tcp: Tcp, direction: str):
    with pytest.raises(re.error):
        behave(tcp.gate(), direction, "substitute", "(", "")


@pytest.mark.parametrize("behaviour", ["concat_packets", "smaller_parts"])
async def test_what_needs_a_stream_is_not_implemented_for_datagrams(udp: Udp, direction: str, behaviour: str):
    with pytest.raises(NotImplementedError):
        behave(udp.gate(), direction, behaviour, 5)


async def test_pieces_of_datagrams_are_not_implemented_with_a_pause_either(udp: Udp, direction: str):
    with pytest.raises(NotImplementedError):
        behave(udp.gate(), direction, "smaller_parts", 5, sleep_per_packet=0.1)


class Telling(chaos.TcpGate):
    """A subclass as tests have them: a constructor of its own, and methods that call those of the gate."""

    def __init__(self, tcp: Tcp, word: str) -> None:
        super().__init__(tcp.route(), asyncio.get_running_loop())
        self.told = [word]

    def start(self) -> None:
        self.told.append("start")
        super().start()

    async def stop(self) -> None:
        self.told.append("stop")
        await super().stop()

    def to_server_drop(self) -> Any:
        self.told.append("drop")
        return super().to_server_drop()

    def set_to_client_interceptor(self, interceptor: chaos.Interceptor | None) -> Any:
        self.told.append("interceptor")
        return super().set_to_client_interceptor(interceptor)


async def test_a_gate_can_be_subclassed(tcp: Tcp):
    async with Telling(tcp, "made") as gate:
        assert isinstance(gate, Telling)
        wire = await tcp.connect(gate)
        calls = gate.to_server_drop()
        await wire.client.send(b"dropped")
        await calls.wait_call()
        gate.set_to_client_interceptor(forward)
        await wire.goes("to_client")
        gate.to_server_pass()
        await wire.goes("to_server")
    assert gate.told == ["made", "start", "drop", "interceptor", "stop"]
