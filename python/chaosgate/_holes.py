"""Streams that go on without bytes that a fault has discarded: no time mends these."""

from __future__ import annotations

from typing import Any

from chaosgate._gate import Gate
from chaosgate._protocols import AnyTcpGate


def told(gate: Gate[Any]) -> str:
    """Which of the gate's connections have such a hole, and what to do about it; empty if none has."""
    if not isinstance(gate, AnyTcpGate):
        return ""  # Datagrams may be lost.
    holes = [
        f"connection {connection.number} goes on without {volume.lost} bytes on their way {way}"
        for connection in gate.connections
        for way, volume in [("to the server", connection.to_server), ("to the client", connection.to_client)]
        if volume.lost
    ]
    if not holes:
        return ""
    return (
        f"\nbut {', '.join(holes)}: a fault has discarded them, and a stream with a hole does not heal. "
        "Have the fault end its connections (on_removal), or use Blackhole, which has data wait"
    )
