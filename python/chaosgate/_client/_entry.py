"""A fault that is set on a gate of a daemon."""

from __future__ import annotations

from chaosgate._client._calls import Calls
from chaosgate._client._documents import Document, document_of, spec_of
from chaosgate._client._lists import Lists, add, edit
from chaosgate._client._waits import Waiting, written
from chaosgate._engine import Spec
from chaosgate._errors import ChaosgateError, WaitError
from chaosgate._values import State


class Entry:
    """A fault of one direction, or one of each that were set together.

    It is known by its name and its fields, since the interface has no other identity: one that is removed and
    set again with the same ones is the same. ``since`` is the number of the last event before it was set, if
    that is known.
    """

    def __init__(self, calls: Calls, parts: dict[str, Document], since: int | None) -> None:
        self._calls = calls
        self._parts = parts
        self._since = since
        self._first = next(iter(parts.values()))
        self._last_hits = 0

    @property
    def name(self) -> str:
        name: str = self._first["name"]
        return name

    @property
    def spec(self) -> Spec:
        return spec_of(self._first)

    @property
    def hits(self) -> int:
        """Also when it has gone: then as its events tell, or as it was seen last."""
        status = self._calls.status()
        lists, hits = status["config"], status["hits"]
        parts = self._parts.items()
        if all(part in lists.get(direction, []) for direction, part in parts):
            self._last_hits = sum(hits[direction][part["name"]] for direction, part in parts)
        elif self._since is not None:
            self._last_hits = max(self._last_hits, self._told_hits(self._since))
        return self._last_hits

    @property
    def matches(self) -> int:
        raise self._untold("matches")

    @property
    def state(self) -> State:
        raise self._untold("state")

    def _untold(self, what: str) -> ChaosgateError:
        return ChaosgateError(f"{self.name}: a daemon does not tell {what}, but hits")

    def _told_hits(self, since: int) -> int:
        names = {(direction, part["name"]) for direction, part in self._parts.items()}
        events = self._calls.events_since(since)
        hits = [event for event in events if event["event"] == "hit"]
        return sum(hit["count"] for hit in hits if (hit["direction"], hit["fault"]) in names)

    @property
    def is_set(self) -> bool:
        config = self._calls.status()["config"]
        return any(part in config.get(direction, []) for direction, part in self._parts.items())

    def add_again(self) -> Entry:
        since = self._calls.event_count
        return Entry(self._calls, add(self._calls, [*self._parts], document_of(self.spec)), since)

    def remove(self) -> None:
        def without(lists: Lists) -> None:
            for direction, part in self._parts.items():
                if part in lists[direction]:
                    lists[direction].remove(part)

        edit(self._calls, [*self._parts], without)

    def wait_for_hits(self, wanted: int, within: float) -> Waiting:
        def failed(got: int) -> WaitError:
            message = f"only {got} of {wanted} hits of {self.name} within {written(within)}"
            return WaitError(message, wanted=wanted, got=got, within=within)

        return Waiting(self._calls, lambda: self.hits, lambda hits: hits >= wanted, failed, within)

    def __str__(self) -> str:
        return str(self.spec)
