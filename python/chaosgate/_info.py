"""What is seen of connections and traffic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any


@dataclass(frozen=True)
class Volume:
    """How much went one way."""

    received: int
    """Bytes read from the sender."""
    segments: int
    """In how many reads these came; for UDP, in how many datagrams."""
    sent: int
    """Bytes written to the receiver."""
    dropped: int
    """Datagrams that found no room."""
    lost: int
    """Payload bytes that faults have discarded. A stream that goes on without them has a hole."""


@dataclass(frozen=True)
class Connection:
    """A connection through a gate."""

    number: int
    """Never used again on this gate."""
    client: tuple[str, int]
    """The client's address."""
    since: datetime
    """When the client was accepted."""
    to_server: Volume
    to_client: Volume
    hits: int
    """How often faults did something to its traffic."""


@dataclass(frozen=True)
class Totals:
    """What has gone through a gate since it was made."""

    accepted: int
    """Clients that were accepted."""
    connected: int
    """Clients whose connection to the server stood."""
    dial_failures: int
    """Clients whose connection to the server could not be made."""
    unreachable: int
    """How often the server's machine has said that nobody has the port; for UDP alone."""
    to_server: Volume
    to_client: Volume


@dataclass(frozen=True)
class Event:
    """Something that happened at a gate. As a text it is a line of a timeline."""

    at: float
    """How many seconds after the gate was made."""
    connection: int | None
    """The connection's number, if it happened to one."""
    what: str
    """``accepted``, ``connected``, ``dial_failed``, ``unreachable``, ``hit``, ``closed``,
    ``faults_set``, ``accepting_set``, ``rerouted`` or ``accept_failed``."""
    details: Mapping[str, Any]
    """What is to be said of it, such as ``fault`` and ``count`` of a hit."""
    text: str
    number: int
    """Its number among the events of its gate, of which the first is 1 and none is left out."""

    def __str__(self) -> str:
        return self.text


def connection_of(fields: dict[str, Any]) -> Connection:
    host, _, port = fields["client"].rpartition(":")
    client, since = (host.strip("[]"), int(port)), datetime.fromtimestamp(fields["since"], timezone.utc)
    return Connection(**_with_volumes(fields) | {"client": client, "since": since})


def totals_of(fields: dict[str, Any]) -> Totals:
    return Totals(**_with_volumes(fields))


def _with_volumes(fields: dict[str, Any]) -> dict[str, Any]:
    ways = {way: Volume(**fields[way]) for way in ("to_server", "to_client")}
    return fields | ways


def event_of(fields: dict[str, Any]) -> Event:
    names = ("at_ms", "connection", "event", "text", "number")
    at, connection, what, text, number = (fields.pop(name) for name in names)
    return Event(at / 1000, connection, what, fields, text, number)
