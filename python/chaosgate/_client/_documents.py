"""A fault and an event, as the native interface writes them."""

from __future__ import annotations

import json
import re
from typing import Any

from chaosgate._engine import Spec
from chaosgate._errors import FaultError, UnsuitableFaultError

Document = dict[str, Any]

# One field of a fault's text: its values have units there, and those with a comma are JSON.
FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^,]*),?')
DEFAULT_NAME = re.compile(r"(-\d+)?")


def document_of(spec: Spec) -> Document:
    """The fault as the interface takes it. Raises `UnsuitableFaultError` if it is code."""
    text = str(spec)
    try:
        Spec.parse(text)
    except FaultError:
        reason = "it is code of this process, and the gate is a daemon's"
        message = f"{text} cannot be set: {reason}; a gate of this process takes it"
        raise UnsuitableFaultError(message, reason=reason) from None
    _, _, fields = text.partition(":")
    return {"type": spec.type_name} | {name: _value(text) for name, text in FIELD.findall(fields)}


def _value(text: str) -> str | bool:
    is_json = text.startswith('"') or text in ("true", "false")
    value: str | bool = json.loads(text) if is_json else text
    return value


def spec_of(document: Document) -> Spec:
    """The fault that the interface has written, without a name that is the default."""
    fields = dict(document)
    kind = fields.pop("type")
    name = fields["name"]
    if name.startswith(kind) and DEFAULT_NAME.fullmatch(name.removeprefix(kind)):
        del fields["name"]
    return Spec(kind, fields)


def line_of(event: Document) -> str:
    """The event as a line of a timeline."""
    connection = event["connection"]
    whose = "" if connection is None else f"#{connection} "
    return f"+{event['at_ms'] / 1000:.3f}s {whose}{_told(event)}"


def _told(event: Document) -> str:
    match event:
        case {"event": "accepted", "client": client}:
            return f"accepted {client}"
        case {"event": "connected", "server": server}:
            return f"connected to {server}"
        case {"event": "dial_failed", "reason": reason}:
            return f"dial failed: {reason}"
        case {"event": "unreachable"}:
            return "port unreachable"
        case {"event": "hit", "fault": fault, "direction": direction, "count": count}:
            times = "" if count == 1 else f" {count} times"
            lost = f", {event['lost']} bytes lost" if "lost" in event else ""
            return f"{fault} {direction} hit{times}{lost}"
        case {"event": "closed", "how": how}:
            return f"closed by {_closer(event)} ({how})"
        case {"event": "faults_set", "direction": direction, "faults": faults}:
            return f"{direction} set to {' '.join(faults)}" if faults else f"{direction} passes"
        case {"event": "accepting_set", "accepting": accepting}:
            return f"accepting set to {accepting}"
        case {"event": "rerouted", "listen": listen, "upstream": upstream}:
            return f"rerouted, from {listen} to {upstream}"
        case {"event": "accept_failed", "reason": reason}:
            return f"accept failed: {reason}"
        case _:  # One that is newer than this.
            return str(event["event"])


CLOSERS = {
    "client": "the client",
    "server": "the server",
    "call": "a call",
    "dial_failure": "a failed dial",
    "accepting": "the way of accepting",
    "shortage": "a shortage of descriptors",
    "failure": "a failure of its task",
}


def _closer(event: Document) -> str:
    if event["by"] == "fault":
        return f"{event['fault']} {event['direction']}"
    by: str = event["by"]
    return CLOSERS.get(by, by)
