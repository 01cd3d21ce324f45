"""A gate of a daemon."""

from __future__ import annotations

from chaosgate._client._calls import Calls
from chaosgate._client._documents import Document
from chaosgate._client._faults import Faults
from chaosgate._client._refusals import of_accepting, of_starting
from chaosgate._client._waits import Waiting, written
from chaosgate._errors import NoSuchGateError, WaitError
from chaosgate._values import How, OpenConnections


class Gate:
    """What `chaosgate._natives.Gate` says, each by a call or a few of them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.to_server = Faults(calls, "to_server")
        self.to_client = Faults(calls, "to_client")
        self.both = Faults(calls, "to_server", "to_client")

    # Its life, and where it stands.

    def start(self) -> None:
        self._calls.edit(lambda config: config.update(enabled=True), of_starting)

    def stop(self) -> None:
        self._calls.edit(lambda config: config.update(enabled=False), of_starting)

    def remove(self) -> None:
        """Has the daemon forget it, if it has it still."""
        self._calls.remove()

    def reroute(self, listen: str | None, upstream: str | None, open_connections: OpenConnections) -> None:
        given = {name: at for name, at in (("listen", listen), ("upstream", upstream)) if at is not None}
        before = [] if open_connections == "stay" else self.connections()
        self._calls.edit(lambda config: config.update(given), of_starting)
        if open_connections != "stay":
            for connection in before:
                self.close_connection(connection["number"], open_connections)

    @property
    def is_running(self) -> bool:
        return bool(self._calls.status()["running"])

    @property
    def seed(self) -> int:
        return int(self._calls.status()["config"]["seed"])

    def begin_series(self, seed: int) -> None:
        self._calls.call("PUT", "/seed", seed)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        parts = [address.rpartition(":") for address in self._calls.status()["addresses"]]
        return [(host.strip("[]"), int(port)) for host, _, port in parts]

    # How it fails, and heals.

    @property
    def accepting(self) -> str:
        return str(self._calls.call("GET", "/accepting"))

    def set_accepting(self, accepting: str) -> None:
        self._calls.call("PUT", "/accepting", accepting, of_accepting)

    def heal(self) -> None:
        self._calls.call("POST", "/heal", None, of_accepting)

    def close_connections(self, how: How, count: int | None) -> int:
        if count is None:
            return int(self._calls.call("DELETE", f"/connections?how={how}")["closed"])
        oldest = sorted(connection["number"] for connection in self.connections())[:count]
        return sum(self.close_connection(number, how) for number in oldest)

    def close_connection(self, number: int, how: How) -> bool:
        try:
            self._calls.call("DELETE", f"/connections/{number}?how={how}")
        except NoSuchGateError:
            self._calls.status()  # If it is the gate that has gone, this says so.
            return False
        return True

    # What is seen of it.

    def connections(self) -> list[Document]:
        connections: list[Document] = self._calls.call("GET", "/connections")
        return connections

    @property
    def connection_count(self) -> int:
        return int(self._calls.status()["connections"])

    def totals(self) -> Document:
        totals: Document = self._calls.status()["totals"]
        return totals

    @property
    def event_count(self) -> int:
        return self._calls.event_count

    def events_since(self, number: int) -> list[Document]:
        return self._calls.events_since(number)

    @property
    def timeline(self) -> str:
        return "\n".join(event["text"] for event in self.events_since(0))

    def wait_for_connections(self, wanted: int, within: float) -> Waiting:
        def failed(got: int) -> WaitError:
            message = f"only {got} of {wanted} connections within {written(within)}"
            return WaitError(message, wanted=wanted, got=got, within=within)

        return Waiting(
            self._calls, lambda: self.connection_count, lambda count: count >= wanted, failed, within
        )

    def wait_for_no_connections(self, within: float) -> Waiting:
        def failed(left: int) -> WaitError:
            message = f"{left} connections still stand after {written(within)}"
            return WaitError(message, wanted=0, got=left, within=within)

        return Waiting(self._calls, lambda: self.connection_count, lambda count: count == 0, failed, within)
