"""A daemon and its gates, for code that blocks."""

from __future__ import annotations

from typing import get_args

from chaosgate._client import _gate
from chaosgate._client._calls import Calls
from chaosgate._client._daemon import Daemon
from chaosgate._client._refusals import of_accepting, of_starting
from chaosgate._errors import DaemonError
from chaosgate._protocols import options_of, server_of
from chaosgate._sync import Blocking
from chaosgate._values import Address, How, Time, check_choice, seconds_of


class RemoteGate(Blocking):
    """A gate of a daemon, of either protocol, which a `Client` gives.

    It has the names of `TcpGate`, and each of them is a call, or a few, that fails with `UnreachableError` or
    `NoSuchGateError` if the daemon or the gate has gone. ``start`` and ``stop`` are as there; ``remove``, and
    the end of a block, has the daemon forget it. Faults are data: what is code, as `Custom`, is an
    `UnsuitableFaultError`.
    """

    def __init__(self, remote: _gate.Gate, name: str) -> None:
        super().__init__(remote, name)
        self._remote = remote

    def remove(self) -> None:
        """Closes its listener and all connections, and has the daemon forget it; without effect if it has."""
        self._remote.remove()

    def _end(self) -> None:
        self.remove()


class Client:
    """A daemon, `chaosgate serve`, that has gates for this program.

    Fields:
        url: Where it is: ``"http://chaos:8474"``, ``"chaos:8474"``, or ``"unix:PATH"``; by default what the
            variables ``CHAOSGATE_URL`` or ``TOXIPROXY_URL`` say, or ``http://localhost:8474``.
        token: What it asks for; by default that of the variable ``CHAOSGATE_TOKEN``.

    Nothing is called until something is asked for.
    """

    def __init__(self, url: str | None = None, *, token: str | None = None) -> None:
        self._daemon = Daemon(url, token)

    @property
    def url(self) -> str:
        """Where the daemon is."""
        return self._daemon.url

    def create(
        self,
        name: str,
        upstream: Address,
        port: int | None = None,
        *,
        listen: Address = "127.0.0.1:0",
        udp: bool = False,
        seed: int | None = None,
        buffer: int | None = None,
        buffer_total: int | None = None,
        on_dial_failure: How | None = None,
        idle: Time | None = None,
    ) -> RemoteGate:
        """Makes a gate, which runs. As a block it is removed at the end.

        Fields:
            name: Its name, the only such at the daemon.
            upstream: Where the server is, as the daemon reaches it, or its host if ``port`` is given.
            port: The server's port, if ``upstream`` is a host alone.
            listen: Where clients connect, on the daemon's machine; port 0 is a free one.
            udp: Whether it passes datagrams.
            seed: Where every decision of chance comes from; by default the run of tests says it, or the
                daemon.
            buffer: The most bytes that each direction of a connection holds, as of `TcpGate`.
            buffer_total: The most bytes that all connections hold together.
            on_dial_failure: What a client gets when the server cannot be reached; with TCP alone.
            idle: After what silence of both sides a connection ends; with ``udp`` alone.

        Raises `NameTakenError`, `StartError`, `AddressError` or `OptionError`; then there is no new gate.
        """
        if on_dial_failure is not None:
            check_choice("on_dial_failure", on_dial_failure, get_args(How))
        given = options_of(server_of(upstream, port), listen, name, seed, buffer, buffer_total) | {
            "protocol": "udp" if udp else "tcp",
            "on_dial_failure": on_dial_failure,
            "idle": None if idle is None else f"{seconds_of('idle', idle):.9f}s",
        }
        try:
            self._daemon.call("POST", "/gates", given)
        except DaemonError as refused:
            raise of_starting(refused) from None
        return self._known(name)

    def gate(self, name: str) -> RemoteGate:
        """The gate of this name. Raises `NoSuchGateError` if the daemon has none."""
        Calls(self._daemon, name).status()
        return self._known(name)

    def gates(self) -> list[RemoteGate]:
        """All gates of the daemon, by their names."""
        return [self._known(name) for name in self._daemon.call("GET", "/gates").document["gates"]]

    def heal(self) -> None:
        """Heals all gates of the daemon, whoever has made them.

        Raises `AcceptingError` if one of them refused and its port is taken now; the others are healed.
        """
        try:
            self._daemon.call("POST", "/heal")
        except DaemonError as refused:
            raise of_accepting(refused) from None

    def _known(self, name: str) -> RemoteGate:
        return RemoteGate(_gate.Gate(Calls(self._daemon, name)), name)

    def __repr__(self) -> str:
        return f"<daemon at {self.url}>"
