"""What a daemon refuses, as the error that a gate of this process would raise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chaosgate._errors import (
    AcceptingError,
    AddressError,
    ChaosgateError,
    DaemonError,
    NameTakenError,
    NoSuchGateError,
    OptionError,
    StartError,
    UnsuitableFaultError,
)

QUOTED = re.compile(r'named ("(?:[^"\\]|\\.)*")')
UNSUITABLE = re.compile(r".* does not suit (?:streams|datagrams): (.*)", re.DOTALL)
SYSTEM = re.compile(r"\(os error (\d+)\)")
ADDRESS = re.compile(
    r"give (\S+), not a URL"
    r"|cannot listen on (\S+): "
    r'|address "([^"]*)" is'
    r"|address (\S+) cannot"
    r"|upstream (\S+) is the"
)


def no_such_gate(name: str) -> NoSuchGateError:
    gone = f"the daemon has no gate {name!r}: it was removed, or never made; Client.create makes it"
    return NoSuchGateError(gone, name=name)


@contextmanager
def refusals(gate: str, told: Callable[[DaemonError], ChaosgateError] | None = None) -> Iterator[None]:
    """Raises what is refused as ``told`` says it; that the gate has gone is told the same everywhere."""
    try:
        yield
    except DaemonError as refused:
        if refused.kind == "not_found":
            raise no_such_gate(gate) from None
        if told is None:
            raise
        raise told(refused) from None


def of_faults(refused: DaemonError) -> ChaosgateError:
    """Why faults cannot be set. That they are well made was looked at before."""
    message = str(refused)
    if message.startswith("there is a fault named") and (name := QUOTED.search(message)):
        return NameTakenError(message, name=json.loads(name[1]))
    if unsuitable := UNSUITABLE.fullmatch(message):
        return UnsuitableFaultError(message, reason=unsuitable[1])
    return refused


def of_accepting(refused: DaemonError) -> ChaosgateError:
    """Why clients cannot be taken so."""
    if refused.kind not in ("impossible", "unsuitable"):
        return refused
    message = _without_gate(str(refused))
    return AcceptingError(message, address=_address(message), errno=_errno(message))


def of_starting(refused: DaemonError) -> ChaosgateError:
    """Why a gate cannot be made, started or moved."""
    message = _without_gate(str(refused))
    if refused.kind == "name_taken" and (name := QUOTED.search(message)):
        return NameTakenError(message, name=json.loads(name[1]))
    if refused.field in ("upstream", "listen") or "is the gate itself" in message:
        return AddressError(message, address=_address(message))
    if refused.status == 400 and refused.field:
        return OptionError(message, field=refused.field)
    if refused.kind == "impossible":
        return StartError(message, address=_address(message), errno=_errno(message))
    return of_faults(refused)


def _without_gate(message: str) -> str:
    return re.sub(r"^gate .*?: ", "", message)


def _address(message: str) -> str:
    found = ADDRESS.search(message)
    return next(filter(None, found.groups()), "") if found else ""


def _errno(message: str) -> int | None:
    found = SYSTEM.search(message)
    return int(found[1]) if found else None
