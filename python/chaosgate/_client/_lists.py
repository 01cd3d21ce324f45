"""The lists of faults of a gate's directions, which change together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chaosgate._client._calls import Calls
from chaosgate._client._documents import Document
from chaosgate._client._refusals import of_faults

Lists = dict[str, list[Document]]
"""The faults of each direction."""


def edit(calls: Calls, directions: Sequence[str], change: Callable[[Lists], None]) -> Lists:
    """Changes the lists of these directions, and gives them as they are then."""

    def change_gate(config: Document) -> None:
        lists: Lists = {direction: config.get(direction, []) for direction in directions}
        change(lists)
        config.update(lists)

    config = calls.edit(change_gate, of_faults)
    return {direction: config.get(direction, []) for direction in directions}


def add(calls: Calls, directions: Sequence[str], document: Document) -> dict[str, Document]:
    """Adds a fault behind the others, and gives what it has become in each direction."""

    def add_to(lists: Lists) -> None:
        for faults in lists.values():
            faults.append(document)

    lists = edit(calls, directions, add_to)
    return {direction: faults[-1] for direction, faults in lists.items()}
