"""Numbers that are none: no behaviour and no wait takes them."""

from __future__ import annotations

from typing import Any

import pytest
from chaosgate import ChaosgateError, chaos

pytestmark = pytest.mark.asyncio

NONE = [float("nan"), float("inf"), float("-inf")]


def gate() -> chaos.TcpGate:
    return chaos.TcpGate(chaos.GateRoute("g", "localhost", 1))


@pytest.mark.parametrize("none", NONE)
@pytest.mark.parametrize(
    ("behaviour", "arguments"),
    [
        ("delay", {"delay": ...}),
        ("limit_bps", {"bytes_per_second": ...}),
        ("limit_time", {"timeout": ..., "jitter": 0}),
        ("limit_time", {"timeout": 0, "jitter": ...}),
        ("smaller_parts", {"max_size": ...}),
        ("smaller_parts", {"max_size": 1, "sleep_per_packet": ...}),
        ("concat_packets", {"packet_size": ...}),
        ("limit_bytes", {"bytes_limit": ...}),
    ],
)
async def test_no_behaviour_takes_them(
    direction: str, behaviour: str, arguments: dict[str, Any], none: float
):
    given = {name: none if value is ... else value for name, value in arguments.items()}
    # A pause that is less than the shortest is the shortest, whatever it is.
    if given.get("sleep_per_packet") == float("-inf"):
        return
    with pytest.raises((ChaosgateError, AssertionError)):
        getattr(gate(), f"{direction}_{behaviour}")(**given)


@pytest.mark.parametrize("none", NONE[:2])
async def test_no_wait_takes_them(none: float):
    async def mine(loop: object, one: object, other: object) -> None: ...

    one = gate()
    with pytest.raises(ChaosgateError, match="^timeout: "):
        await one.wait_for_connections(timeout=none)
    for calls in (one.to_server_pass(), one.to_server_drop(), one.set_to_server_interceptor(mine)):
        with pytest.raises(ChaosgateError, match="^timeout: "):
            await calls.wait_call(timeout=none)
