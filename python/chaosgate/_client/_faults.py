"""The faults of a direction of a gate of a daemon, or of both."""

from __future__ import annotations

from chaosgate._client._calls import Calls
from chaosgate._client._documents import Document, document_of
from chaosgate._client._entry import Entry
from chaosgate._client._lists import Lists, add, edit
from chaosgate._engine import Spec
from chaosgate._errors import NoSuchFaultError


class Faults:
    """Each change reads the gate, and writes it back unless somebody else has changed it in between."""

    def __init__(self, calls: Calls, *directions: str) -> None:
        self._calls = calls
        self._directions = directions

    def set(self, specs: list[Spec]) -> None:
        documents = [document_of(spec) for spec in specs]
        edit(self._calls, self._directions, lambda lists: lists.update(dict.fromkeys(lists, documents)))

    def pass_(self) -> None:
        self.set([])

    def add(self, spec: Spec) -> Entry:
        document = document_of(spec)
        since = self._calls.event_count
        return Entry(self._calls, add(self._calls, self._directions, document), since)

    def update(self, name: str, spec: Spec) -> Entry:
        document = document_of(spec) | {"name": name}

        def update(lists: Lists) -> None:
            for faults in lists.values():
                faults[_place(faults, name)] = document

        since = self._calls.event_count
        lists = edit(self._calls, self._directions, update)
        parts = {direction: faults[_place(faults, name)] for direction, faults in lists.items()}
        return Entry(self._calls, parts, since)

    def remove(self, name: str) -> None:
        def remove(lists: Lists) -> None:
            for faults in lists.values():
                del faults[_place(faults, name)]

        edit(self._calls, self._directions, remove)

    def list(self) -> list[Entry]:
        config = self._calls.status()["config"]
        return [
            Entry(self._calls, {direction: part}, None)
            for direction in self._directions
            for part in config.get(direction, [])
        ]


def _place(faults: list[Document], name: str) -> int:
    names = [fault["name"] for fault in faults]
    if name not in names:
        known = ", ".join(names) or "none"
        message = f'there is no fault named "{name}": the faults here are {known}'
        raise NoSuchFaultError(message, name=name)
    return names.index(name)
