"""The calls for one gate of a daemon, which its parts share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from chaosgate._client._daemon import Daemon
from chaosgate._client._documents import Document, line_of
from chaosgate._client._refusals import no_such_gate, refusals
from chaosgate._errors import ChaosgateError, DaemonError, NoSuchGateError

Told = Callable[[DaemonError], ChaosgateError]
"""A refusal as the error that a gate of this process would raise."""


class Calls:
    """The gate of this name, as the interface has it."""

    def __init__(self, daemon: Daemon, name: str) -> None:
        self._daemon = daemon
        self._name = name
        self._path = f"/gates/{quote(name, safe='')}"
        self._seen = 0
        self._is_removed = False

    def call(
        self, method: str, path: str = "", body: object = None, told: Told | None = None, wait: float = 0.0
    ) -> Any:  # noqa: ANN401  # a document may be anything
        """Does it, and gives the document that is answered."""
        if self._is_removed:
            # Another may have its name by now.
            raise no_such_gate(self._name)
        with refusals(self._name, told):
            return self._daemon.call(method, self._path + path, body, wait=wait).document

    def remove(self) -> None:
        """Has the daemon forget it, if it has it still."""
        with suppress(NoSuchGateError):
            self.call("DELETE")
        self._is_removed = True

    def status(self) -> Document:
        """The gate as it is seen."""
        status: Document = self.call("GET", "/status")
        return status

    def edit(self, change: Callable[[Document], None], told: Told) -> Document:
        """Changes what it is, and gives that; again, if somebody else has changed it in between."""
        while not self._is_removed:
            with refusals(self._name, told):
                now = self._daemon.call("GET", self._path)
                change(now.document)
                try:
                    made = self._daemon.call("PUT", self._path, now.document, if_match=now.tag)
                except DaemonError as refused:
                    if refused.kind == "changed":
                        continue
                    raise
                config: Document = made.document["config"]
                return config
        raise no_such_gate(self._name)

    # Its events.

    @property
    def event_count(self) -> int:
        self.wait_for_event(self._seen, 0.0)
        return self._seen

    def wait_for_event(self, number: int, within: float) -> None:
        """Waits until there is one after the one of this number, or the time is over."""
        events = self.call("GET", f"/events?since={number}&wait={within * 1000:.0f}ms", wait=within)
        if events:
            self._seen = events[-1]["number"]

    def events_since(self, number: int) -> list[Document]:
        events: list[Document] = self.call("GET", f"/events?since={number}")
        # The interface begins anew behind the last one, for who had the numbers of another gate.
        events = [event for event in events if event["number"] > number]
        return [event | {"text": line_of(event)} for event in events]
