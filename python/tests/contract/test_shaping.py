"""corrupt_data, smaller_parts, concat_packets and substitute."""

from __future__ import annotations

from typing import Any

import pytest
from chaosgate import Slice
from chaosgate.chaos._behaviours import smaller_parts
from peers import Tcp
from support import behave, seconds

pytestmark = pytest.mark.asyncio


async def test_corrupt_data_changes_every_byte_and_keeps_the_length(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "corrupt_data")
        sender, receiver = wire.along(direction)
        data = bytes(range(256)) * 8
        await sender.send(data)
        received = await receiver.receive(len(data))
        assert received == bytes(1 if byte == 0 else 0 for byte in data)
        await wire.goes_against(direction)


async def test_smaller_parts_come_apart(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "smaller_parts", 2)
        sender, receiver = wire.along(direction)
        # So long that a receiver which is late still comes in the middle of it.
        data = b"hello" * 40
        begin = seconds()
        await sender.send(data)
        first = await receiver.receive_some()
        assert 0 < len(first) < len(data)
        assert first + await receiver.receive(len(data) - len(first)) == data
        # 100 parts, and a pause of a millisecond between them also if none was asked for.
        assert seconds() - begin >= 0.099


@pytest.mark.parametrize(("given", "first_pause"), [({}, 0.03), ({"sleep_per_packet": 0.002}, 0)])
async def test_a_busy_receiver_has_the_time_to_read_the_first_part_alone(given: Any, first_pause: float):
    *_, parts = smaller_parts(2, **given)
    assert isinstance(parts, Slice)
    assert parts.first_pause == first_pause, "a pause of the test's own is as it says"
    assert parts.pause == given.get("sleep_per_packet", 0.001), "and throughput does not fall"


async def test_smaller_parts_pause_between_parts(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "smaller_parts", 2, sleep_per_packet=0.05)
        sender, receiver = wire.along(direction)
        begin = seconds()
        await sender.send(b"hello")
        assert await receiver.receive(5) == b"hello"
        assert seconds() - begin >= 0.10


async def test_smaller_parts_pause_also_before_the_first(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "smaller_parts", 10, sleep_per_packet=0.3)
        begin = seconds()
        await wire.goes(direction, b"hello")
        assert seconds() - begin >= 0.3


async def test_parts_can_be_larger_than_what_is_there(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        behave(gate, direction, "smaller_parts", max_size=4096)
        wire = await tcp.connect(gate)
        await wire.goes(direction, b"hello")


async def test_concat_packets_waits_until_so_much_is_there(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "concat_packets", 6)
        sender, receiver = wire.along(direction)
        for round_trip in range(2):
            await sender.send(b"abc")
            await wire.goes_against(direction)
            assert not receiver.has_something(), round_trip
            await sender.send(b"defg")
            assert await receiver.receive_some() == b"abcdefg"


async def test_concat_packets_passes_more_at_once(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "concat_packets", packet_size=3)
        await wire.goes(direction, b"more than three")


async def test_concat_packets_of_0_passes(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "concat_packets", 0)
        await wire.goes(direction, b"x")


async def test_concat_packets_can_wait_for_more_than_a_portion(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "concat_packets", 10_000)
        sender, receiver = wire.along(direction)
        await sender.send(bytes(9_999))
        await wire.goes_against(direction)
        assert not receiver.has_something()
        await sender.send(b"!")
        assert await receiver.receive(10_000) == bytes(9_999) + b"!"


async def test_what_waits_to_be_joined_passes_when_it_need_not_be(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "concat_packets", 100)
        sender, receiver = wire.along(direction)
        await sender.send(b"waiting")
        await wire.goes_against(direction)
        behave(gate, direction, "pass")
        assert await receiver.receive(7) == b"waiting"


SUBSTITUTIONS = [
    ("hello", "bye", b"hello, hello", b"bye, bye"),
    (r"(\w+):(\w+)", r"\2:\1", b"left:right", b"right:left"),
    (r"(?P<word>\w+)", r"<\g<word>>", b"one two", b"<one> <two>"),
    (r"(\w)\1", "-", b"hello", b"he-o"),
    (r"(?<=a)b(?!c)", "X", b"ab abc bb", b"aX abc bb"),
    (r"(?i)HeLLo", "x", b"hELlO", b"x"),
    ("ä+", "ö", "ääß".encode(), "öß".encode()),
    (
        r"\r\n\$\d+\r\n[0-9.]+\r\n",
        "\r\n$9\r\n127.0.0.1\r\n",
        b"*1\r\n$8\r\n10.0.0.1\r\n",
        b"*1\r\n$9\r\n127.0.0.1\r\n",
    ),
    ("nothing", "of it", b"as it was", b"as it was"),
    ("b+", "", b"abbbc", b"ac"),
    ("$", "!", b"longer", b"longer!"),
    (".", "x", b"\xff\xfe not UTF-8", b"\xff\xfe not UTF-8"),
]


@pytest.mark.parametrize(("pattern", "repl", "sent", "arrives"), SUBSTITUTIONS)
async def test_substitute_follows_the_rules_of_re_sub(
    tcp: Tcp, direction: str, pattern: str, repl: str, sent: bytes, arrives: bytes
):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "substitute", pattern, repl)
        sender, receiver = wire.along(direction)
        await sender.send(sent)
        assert await receiver.receive(len(arrives)) == arrives
        await wire.goes_against(direction)
        assert not receiver.has_something()


async def test_substitute_finds_nothing_across_portions(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        behave(gate, direction, "substitute", pattern="ab", repl="X")
        # The first has arrived when the second is sent.
        await wire.goes(direction, b"a")
        await wire.goes(direction, b"b")


async def test_substitute_can_replace_everything_with_nothing(tcp: Tcp, direction: str):
    async with tcp.gate() as gate:
        wire = await tcp.connect(gate)
        calls = behave(gate, direction, "substitute", "a+", "")
        sender, receiver = wire.along(direction)
        await sender.send(b"aaa")
        await calls.wait_call()
        await wire.goes(direction, b"b")
        assert not receiver.has_something()
